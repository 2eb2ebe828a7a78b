import type { Cluster } from "../cluster/cluster";
import { groupOf } from "../objects/target";
import { isMap, isSecret, secret, unwrapped, type Properties } from "../values/value";
import type { Placed } from "./order";

/**
 * Where the objects of a group go: those of types with namespaces get the default one, unless they name one.
 *
 * @param namespace for objects that name none
 */
export async function placeObjects(
  objects: readonly Properties[],
  cluster: Cluster,
  namespace: string,
): Promise<Placed[]> {
  const scopes = scopesOf(objects);
  return Promise.all(
    objects.map(async (object) => {
      const [apiVersion, kind] = [text(object["apiVersion"]), text(object["kind"])];
      const wrapped = object["metadata"];
      const metadata = unwrapped(wrapped) ?? {};
      const name = isMap(metadata) ? text(metadata["name"]) : "";
      if (!apiVersion || !kind || !isMap(metadata) || !name) {
        throw new Error(
          `an object has no ${!apiVersion ? "apiVersion" : !kind ? "kind" : "metadata.name"}: ${kind} ${name}`,
        );
      }
      const scope = scopes.get(`${groupOf(apiVersion)}/${kind}`) ?? (await scopeOf(cluster, apiVersion, kind));
      const { namespace: given, ...others } = metadata;
      const own = scope === "Cluster" ? "" : text(given) || (scope === "Namespaced" ? namespace : "");
      const placed = own ? { ...others, namespace: own } : others;
      return {
        apiVersion,
        kind,
        name,
        namespace: own || undefined,
        object: { ...object, metadata: isSecret(wrapped) ? secret(placed) : placed },
      };
    }),
  );
}

function text(value: Properties[string] | undefined): string {
  const known = unwrapped(value);
  return typeof known === "string" ? known : "";
}

async function scopeOf(cluster: Cluster, apiVersion: string, kind: string): Promise<string | undefined> {
  const type = await cluster.discovery.find(apiVersion, kind);
  return type && (type.namespaced ? "Namespaced" : "Cluster");
}

/** The scopes of the types that the group itself defines. */
function scopesOf(objects: readonly Properties[]): ReadonlyMap<string, string> {
  const definitions = objects.filter(({ kind }) => kind === "CustomResourceDefinition");
  return new Map(
    definitions.map(({ spec }) => {
      const { group, names, scope } = (isMap(spec) ? spec : {}) as {
        group?: string;
        names?: Properties;
        scope?: string;
      };
      return [`${group}/${text(names?.["kind"])}`, scope ?? "Namespaced"];
    }),
  );
}

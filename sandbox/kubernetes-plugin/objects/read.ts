import { explain, isUnreachable } from "../cluster/errors";
import type { KubernetesManifest, LiveObject } from "../cluster/object";
import { markSecrets, secretPaths } from "../values/path";
import { isMap, plainMap, secret, without, type Properties, type Value } from "../values/value";
import { fieldManagerOf, withFieldManager, type Context } from "./context";
import { outputsOf } from "./manifest";
import { appliedPart } from "./ownedFields";
import { parseId, targetOf, type Target } from "./target";

export interface ReadRequest {
  readonly urn: string;
  readonly id: string;
  readonly state: Properties;
  /** Empty for an object that is read for the first time. */
  readonly inputs: Properties;
}

export interface Seen {
  readonly outputs: Properties;
  readonly inputs: Properties;
}

/** The object as it is, and inputs that would make it so. @returns undefined where it does not exist */
export async function readObject(request: ReadRequest, context: Context): Promise<Seen | undefined> {
  const { urn, id, state, inputs } = request;
  const { cluster, settings, log } = context;
  const target = targetOf(urn, inputs, state);
  try {
    const type = await cluster.discovery.find(target.apiVersion, target.kind);
    const { namespace, name } = parseId(id);
    const live = type && (await cluster.get(cluster.keyOf(type, namespace, name)));
    if (!live) return undefined;
    const seen = Object.keys(inputs).length > 0 ? refreshed(inputs, live) : imported(live, target);
    const fieldManager = fieldManagerOf(urn, target, inputs, state);
    return { inputs: seen, outputs: withFieldManager(outputsOf(live, inputs), target, fieldManager) };
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    if (settings.deleteUnreachable) {
      log.warn(`forgotten: ${explain(error)}`, urn);
      return undefined;
    }
    if (!settings.skipUpdateUnreachable) throw error;
    log.warn(`left as it is: ${explain(error)}`, urn);
    return { inputs, outputs: state };
  }
}

/** The inputs with the values that the object has now, so that somebody's change of them shows. */
export function refreshed(inputs: Properties, live: LiveObject): Properties {
  const asked = plainMap(inputs);
  const object = live.kind === "Secret" ? withStringData(asked, live) : (live as unknown as Properties);
  const seen = project(asked, object) as Properties;
  return markSecrets(
    { ...seen, apiVersion: asked["apiVersion"] ?? live.apiVersion, kind: live.kind },
    secretPaths(inputs),
  );
}

function project(asked: Value, live: Value | undefined): Value | undefined {
  if (isMap(asked) && isMap(live)) {
    const entries = Object.entries(asked).map(([key, value]) => [key, project(value, live[key])] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Value;
  }
  if (Array.isArray(asked) && Array.isArray(live)) {
    if (asked.length !== live.length) return live;
    return asked.map((item, i) => project(item, live[i]) ?? null);
  }
  // What is empty is left out by the API server.
  if (live === undefined && isEmpty(asked)) return asked;
  if (sameQuantity(asked, live)) return asked;
  return live;
}

function isEmpty(value: Value): boolean {
  if (value === null || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.values(value).every(isEmpty);
}

/** A number that a program writes where Kubernetes has text, such as `cpu: 1`. */
function sameQuantity(asked: Value, live: Value | undefined): boolean {
  return (
    typeof asked !== typeof live &&
    asked !== null &&
    !isMap(asked) &&
    live !== undefined &&
    String(asked) === String(live)
  );
}

/** `stringData` is only written; its entries are found in `data`. */
function withStringData(asked: Properties, live: LiveObject): Properties {
  const data = isMap(live["data"] as Value) ? (live["data"] as Properties) : {};
  const texts = Object.entries(data).map(([key, value]) => [key, Buffer.from(String(value), "base64").toString()]);
  return {
    ...(live as unknown as Properties),
    ...(asked["stringData"] ? { stringData: Object.fromEntries(texts) as Value } : {}),
  };
}

const NOT_ASKED_FOR = [
  "managedFields",
  "resourceVersion",
  "generation",
  "uid",
  "creationTimestamp",
  "selfLink",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
];
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** What somebody asked for of an object: as `kubectl apply` noted it, or by the owners of its fields; else all of it. */
export function imported(live: LiveObject, target: Target): Properties {
  const noted = live.metadata.annotations?.[LAST_APPLIED];
  const asked = noted ? (JSON.parse(noted) as KubernetesManifest) : appliedPart(live);
  const object = without((asked ?? live) as unknown as Properties, ["status"]);
  const metadata = isMap(object["metadata"]) ? object["metadata"] : {};
  const annotations = isMap(metadata["annotations"]) ? without(metadata["annotations"], [LAST_APPLIED]) : {};
  const { name, namespace } = live.metadata;
  const inputs: Properties = {
    ...object,
    apiVersion: live.apiVersion,
    kind: live.kind,
    metadata: {
      ...without(metadata, ["annotations", ...NOT_ASKED_FOR]),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      name,
      ...(namespace ? { namespace } : {}),
    },
  };
  if (target.kind !== "Secret") return inputs;
  return { ...inputs, ...("data" in inputs ? { data: secret(inputs["data"] ?? null) } : {}) };
}

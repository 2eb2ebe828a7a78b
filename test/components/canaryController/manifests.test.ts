import { deepStrictEqual as equal } from "node:assert/strict";
import type { CanaryControllerArgs } from "../../../components/canaryController";
import { type Manifest, manifestsOf, permissionsOf, type RoleManifest, textOf } from "../../deploy/manifests";
import { IMAGE, make, nameOf, objectsOf } from "./make";

const BASE = ["base/controller.yaml", "base/analytics.yaml", "base/networkPolicy.yaml"];
const CLUSTER = [...BASE, "cluster/rbac.yaml", "cluster/namespace.yaml", "crd/crd.yaml"];
const NAMESPACED = [...BASE, "namespaced/rbac.yaml"];
const PROMETHEUS = "--prometheus-url=http://prometheus.istio-system:9090";

/** The objects of `deploy/`, as the component is to make them. */
function written(files: readonly string[], change: (text: string) => string = (text) => text): Map<string, object> {
  const objects = files
    .flatMap((file) => manifestsOf(file))
    .map((object) => {
      const text = JSON.stringify(object)
        .replaceAll('"serin:0.1.0"', JSON.stringify(IMAGE))
        .replaceAll(/"args":\["(controller|analytics)"/g, `"args":["$1","${PROMETHEUS}"`);
      return JSON.parse(change(text)) as Manifest;
    });
  return new Map(objects.map((object) => [nameOf(object), comparable(object)]));
}

async function made(args: Partial<CanaryControllerArgs> = {}): Promise<Map<string, object>> {
  const objects = objectsOf(await make(args));
  return new Map([...objects].map(([name, object]) => [name, comparable(object)]));
}

/** Labels of what does not change with the version have none here; rules are compared by what they permit. */
function comparable({ ...object }: Manifest): object {
  const { "app.kubernetes.io/version": version, ...labels } = object.metadata.labels ?? {};
  const isDeployment = object.kind === "Deployment";
  if (isDeployment) equal((object as unknown as Workload).spec.template.metadata.labels[VERSION], "0.1.0");
  const metadata = { ...object.metadata, ...(Object.keys(labels).length > 0 ? { labels } : {}) };
  if (!("rules" in object)) return { ...object, metadata };
  const permissions = permissionsOf(object as RoleManifest)
    .map(textOf)
    .sort();
  return { ...object, metadata, rules: permissions };
}

const VERSION = "app.kubernetes.io/version";

interface Workload {
  readonly spec: { readonly template: { readonly metadata: { readonly labels: Readonly<Record<string, string>> } } };
}

function sameObjects(actual: Map<string, object>, expected: Map<string, object>): void {
  equal([...actual.keys()].sort(), [...expected.keys()].sort());
  for (const [name, object] of expected) equal(actual.get(name), object, name);
}

describe("CanaryController and the manifests", function () {
  this.timeout(30_000);

  it("are the same by default", async () => {
    sameObjects(await made(), written(CLUSTER));
  });

  it("are the same for one namespace", async () => {
    const expected = written(NAMESPACED, (text) =>
      text
        .replaceAll('"namespace":"iter8"', '"namespace":"shop"')
        // The patch of the kustomization, whose variable is the namespace.
        .replace('"args":["controller"', '"args":["controller","--namespace=shop"'),
    );
    sameObjects(await made({ watchNamespace: "shop", createNamespace: false, crd: "absent" }), expected);
  });
});

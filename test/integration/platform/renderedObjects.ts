import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../../sandbox/kubernetes-plugin/cluster/cluster";
import type { KubernetesManifest } from "../../../sandbox/kubernetes-plugin/cluster/object";
import { chartObjects } from "../../../sandbox/kubernetes-plugin/construct/chart";
import { childName } from "../../../sandbox/kubernetes-plugin/construct/component";
import { groupObjects } from "../../../sandbox/kubernetes-plugin/construct/group";
import type { Placed } from "../../../sandbox/kubernetes-plugin/construct/order";
import { tokenOf } from "../../../sandbox/kubernetes-plugin/objects/target";
import { plainMap, type Properties } from "../../../sandbox/kubernetes-plugin/values/value";
import { Mocks, type Registered, valueOf } from "../../components/support/mocks";
import type { Case, Sources } from "./renderedCases";

const CHART = "kubernetes:helm.sh/v4:Chart";
const GROUP = "kubernetes:yaml/v2:ConfigGroup";

/** The objects that a component asks the cluster for, secrets among them in the clear, charts and manifests taken apart. */
export async function objectsOf({ make }: Case, sources: Sources, cluster: Cluster): Promise<KubernetesManifest[]> {
  const mocks = await Mocks.start();
  await mocks.run(() => make(sources));
  const registered = mocks.resources.filter(({ type }) => type.startsWith("kubernetes:"));
  const objects = await Promise.all(registered.map((resource) => objectsIn(resource, cluster)));
  // The Prometheus operator's type is in none of the sandbox's parts.
  return objects.flat().filter(({ kind }) => kind !== "ServiceMonitor");
}

async function objectsIn(resource: Registered, cluster: Cluster): Promise<KubernetesManifest[]> {
  const inputs = plainMap(resource.inputs as Properties);
  if (resource.type !== CHART && resource.type !== GROUP) return [inputs as unknown as KubernetesManifest];
  const placed =
    resource.type === CHART ? await chartObjects(resource.name, inputs, cluster) : await groupObjects(inputs, cluster);
  if (placed === undefined) throw new Error(`${resource.name} is not known`);
  return Promise.all(placed.map((object) => transformed(object, resource)));
}

/** An object as the component's transforms leave it. */
async function transformed(child: Placed, { name: prefix, transforms }: Registered): Promise<KubernetesManifest> {
  const type = tokenOf(child.apiVersion, child.kind);
  let props: object = child.object;
  for (const transform of transforms) {
    const changed = await transform({ custom: true, type, name: childName(child, prefix), props, opts: {} });
    props = changed?.props ?? props;
  }
  return plainMap((await valueOf(pulumi.output(props))) as Properties) as unknown as KubernetesManifest;
}

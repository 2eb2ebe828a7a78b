import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { ANNOTATIONS } from "../objects/annotations";
import { tokenOf } from "../objects/target";
import { Monitor, type Registered } from "../rpc/monitor";
import { fromStruct } from "../values/struct";
import {
  isMap,
  isSecret,
  secret,
  SIGNATURE,
  SIGNATURES,
  UNKNOWN,
  unwrapped,
  withoutOutputs,
  type Properties,
} from "../values/value";
import { dependenciesOf, type Placed } from "./order";

/** A component that a program asks for, in terms of its inputs. */
export interface Wanted {
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
}

/** A component as it was made: its URN, and the references to its children. */
export interface Constructed {
  readonly urn: string;
  readonly outputs: Properties;
}

export function wantedBy(request: ConstructRequest): Wanted {
  const inputs = withoutOutputs(fromStruct(request.getInputs())) as Properties;
  return { type: request.getType(), name: request.getName(), inputs };
}

export interface ChildOptions {
  /** Begins the children's names. */
  readonly prefix: string;
  readonly skipAwait: boolean;
  /** Whether what the children are made of is secret. */
  readonly isSecret: boolean;
}

/**
 * Registers a component, and its objects as children of it, each after those it depends on.
 *
 * @param objects undefined while they are not known, in a preview
 * @param version of the plugin
 */
export async function registerComponent(
  request: ConstructRequest,
  objects: () => Promise<readonly Placed[] | undefined>,
  options: ChildOptions,
  version: string,
): Promise<Constructed> {
  const monitor = new Monitor(request.getMonitorendpoint());
  try {
    const { urn } = await monitor.register({}, (component) => describeComponent(component, request, version));
    const placed = await objects();
    const resources = placed ? await registerChildren(monitor, request, urn, placed, options, version) : undefined;
    const outputs: Properties = { resources: resources?.map(referenceTo(version)) ?? UNKNOWN };
    await monitor.registerOutputs(urn, outputs);
    return { urn, outputs };
  } finally {
    monitor.close();
  }
}

function describeComponent(component: RegisterResourceRequest, request: ConstructRequest, version: string): void {
  component.setType(request.getType());
  component.setName(request.getName());
  component.setParent(request.getParent());
  component.setVersion(version);
  component.setAliasesList(request.getAliasesList());
  component.setDependenciesList(request.getDependenciesList());
  component.setIgnorechangesList(request.getIgnorechangesList());
  component.setReplaceonchangesList(request.getReplaceonchangesList());
  component.setAdditionalsecretoutputsList(request.getAdditionalsecretoutputsList());
  for (const [key, provider] of request.getProvidersMap().entries()) component.getProvidersMap().set(key, provider);
  inherit(component, request);
}

/** What holds for a component holds for its children, too. */
function inherit(resource: RegisterResourceRequest, request: ConstructRequest): void {
  if (request.hasProtect()) resource.setProtect(request.getProtect() ?? false);
  if (request.hasRetainondelete()) resource.setRetainondelete(request.getRetainondelete() ?? false);
  if (request.getDeletedwith()) resource.setDeletedwith(request.getDeletedwith());
  const timeouts = request.getCustomtimeouts();
  if (!timeouts) return;
  const copied = new RegisterResourceRequest.CustomTimeouts();
  copied.setCreate(timeouts.getCreate());
  copied.setUpdate(timeouts.getUpdate());
  copied.setDelete(timeouts.getDelete());
  resource.setCustomtimeouts(copied);
}

async function registerChildren(
  monitor: Monitor,
  request: ConstructRequest,
  parent: string,
  objects: readonly Placed[],
  options: ChildOptions,
  version: string,
): Promise<Registered[]> {
  const dependencies = dependenciesOf(objects);
  const outside = [...new Set([...request.getDependenciesList(), ...inputDependencies(request)])];
  const done = new Map<number, Promise<Registered>>();
  const register = (index: number): Promise<Registered> => {
    const known = done.get(index);
    if (known) return known;
    const started = start(index);
    done.set(index, started);
    return started;
  };
  const start = async (index: number): Promise<Registered> => {
    const object = objects[index] as Placed;
    const before = await Promise.all([...(dependencies.get(index) ?? [])].map(register));
    return monitor.register(childInputs(object, options), (child) => {
      child.setType(tokenOf(object.apiVersion, object.kind));
      child.setName(childName(object, options.prefix));
      child.setCustom(true);
      child.setParent(parent);
      child.setVersion(version);
      child.setProvider(request.getProvidersMap().get("kubernetes") ?? "");
      child.setDependenciesList([...outside, ...before.map(({ urn }) => urn)]);
      inherit(child, request);
    });
  };
  // All are let come to their end before a failure of one is told.
  const results = await Promise.allSettled(objects.map((_, index) => register(index)));
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason as Error;
    return result.value;
  });
}

function inputDependencies(request: ConstructRequest): string[] {
  return [...request.getInputdependenciesMap().entries()].flatMap(([, urns]) => urns.getUrnsList());
}

/** `shop:default/web`, or `shop:web` for what has no namespace. */
export function childName({ name, namespace }: Pick<Placed, "name" | "namespace">, prefix: string): string {
  const local = namespace === undefined ? name : `${namespace}/${name}`;
  return prefix === "" ? local : `${prefix}:${local}`;
}

/** A child's inputs: the object, with the annotation that switches waiting off, and secret where the component's are. */
export function childInputs(
  { object }: Pick<Placed, "object">,
  options: Pick<ChildOptions, "skipAwait" | "isSecret">,
): Properties {
  const annotated = options.skipAwait ? withoutAwait(object) : object;
  if (!options.isSecret) return annotated;
  const known = ["apiVersion", "kind", "metadata"];
  return Object.fromEntries(
    Object.entries(annotated).map(([key, value]) => [key, known.includes(key) ? value : secret(value)]),
  );
}

function withoutAwait(object: Properties): Properties {
  const wrapped = object["metadata"];
  const metadata = unwrapped(wrapped);
  if (!isMap(metadata)) return object;
  const annotations = isMap(metadata["annotations"]) ? metadata["annotations"] : {};
  const annotated = { ...metadata, annotations: { ...annotations, [ANNOTATIONS.skipAwait]: "true" } };
  return { ...object, metadata: isSecret(wrapped) ? secret(annotated) : annotated };
}

function referenceTo(version: string): (child: Registered) => Properties {
  return ({ urn, id }) => ({ [SIGNATURE]: SIGNATURES.resource, urn, id: id || UNKNOWN, packageVersion: version });
}

import { explain, immutableFields, isFieldConflict, isUnreachable, ApiError } from "../cluster/errors";
import type { ObjectKey } from "../cluster/cluster";
import type { KubernetesManifest, LiveObject } from "../cluster/object";
import { parsePath, type Path } from "../values/path";
import { hasUnknown, isMap, plainMap, unwrapped, without, type Properties, type Value } from "../values/value";
import { ANNOTATIONS, isOn } from "./annotations";
import { fieldManagerOf, forces, reportWarnings, type Context } from "./context";
import { withIgnored } from "./ignored";
import { changesBetween, differences, type Change } from "./inputDiff";
import { manifestOf } from "./manifest";
import { asksForNewObject, isMutable, movesGroup } from "./replacement";
import { parseId, targetOf } from "./target";

export interface DiffRequest {
  readonly urn: string;
  readonly id: string;
  /** The outputs of the last operation. */
  readonly state: Properties;
  readonly oldInputs: Properties;
  readonly news: Properties;
  readonly ignoreChanges: readonly string[];
}

/** What an update would do. */
export interface Difference {
  readonly changes: readonly Change[];
  /** Whether the changes are of the program; else somebody changed the object. */
  readonly inputs: boolean;
  /** The changes that ask for a new object. */
  readonly replaces: readonly Change[];
  /** The new object has the old one's name. */
  readonly deleteFirst: boolean;
}

/** @param context undefined while the cluster is unknown: then only the inputs are compared */
export async function diffObject(request: DiffRequest, context: Context | undefined): Promise<Difference> {
  const changes = changesBetween(request.oldInputs, request.news).filter(
    (change) => !isDefaultNamespace(request, change),
  );
  const replaces = changes.filter((change) => asksAnew(request, change, context));
  if (replaces.length > 0 || !context || hasUnknown(request.news)) return difference(request, changes, replaces);
  const tried = await tryOut(request, context, changes.length > 0);
  if (tried.replaces.length > 0) {
    const both = changes.length > 0 ? changes : tried.replaces;
    return difference(request, merged(both, tried.replaces), tried.replaces, changes.length > 0);
  }
  return changes.length > 0
    ? difference(request, changes, [])
    : { changes: tried.drift, inputs: false, replaces: [], deleteFirst: false };
}

function difference(
  request: DiffRequest,
  changes: readonly Change[],
  replaces: readonly Change[],
  inputs = true,
): Difference {
  return { changes, inputs, replaces, deleteFirst: replaces.length > 0 && keepsName(request) };
}

function merged(changes: readonly Change[], further: readonly Change[]): Change[] {
  const keys = new Set(changes.map(({ path }) => path.join("/")));
  return [...changes, ...further.filter(({ path }) => !keys.has(path.join("/")))];
}

/** The default that a type got whose CRD was not there when the object was first checked. */
function isDefaultNamespace({ id, news }: DiffRequest, { path, kind }: Change): boolean {
  if (path.join(".") !== "metadata.namespace" || kind !== "add") return false;
  return parseId(id).namespace === metadataOf(news)["namespace"];
}

function asksAnew(
  { urn, oldInputs, news, state }: DiffRequest,
  { path }: Change,
  context: Context | undefined,
): boolean {
  const before = targetOf(urn, oldInputs, state);
  const after = targetOf(urn, news);
  if (path.length === 1 && path[0] === "apiVersion") return movesGroup(before.apiVersion, after.apiVersion);
  if (isMutable(after, plainMap(oldInputs), context?.settings)) return false;
  return asksForNewObject(after.apiVersion, after.kind, path) && !(after.patch && path[0] !== "metadata");
}

function keepsName({ urn, id, oldInputs, news, state }: DiffRequest): boolean {
  const [before, after] = [targetOf(urn, oldInputs, state), targetOf(urn, news)];
  // The engine asks for another made-up name when it replaces.
  if (before.kind !== after.kind || isOn(plainMap(news), ANNOTATIONS.autonamed)) return false;
  const { name, namespace } = metadataOf(news);
  const old = parseId(id);
  return name === old.name && (namespace === undefined || namespace === old.namespace);
}

interface Tried {
  readonly replaces: readonly Change[];
  /** Where the object differs from what the inputs ask for, by somebody else's doing. */
  readonly drift: readonly Change[];
}

const NOTHING: Tried = { replaces: [], drift: [] };

/** Has the API server say what applying the inputs would change. */
async function tryOut(request: DiffRequest, context: Context, changed: boolean): Promise<Tried> {
  const { urn, id, news, state, ignoreChanges } = request;
  const { cluster, settings, log } = context;
  const target = targetOf(urn, news);
  try {
    const type = await cluster.discovery.find(target.apiVersion, target.kind);
    if (!type) return changed ? NOTHING : { replaces: [], drift: [{ path: ["apiVersion"], kind: "update" }] };
    const { namespace, name } = parseId(id);
    const key = cluster.keyOf(type, namespace, name);
    const fieldManager = fieldManagerOf(urn, target, news, state);
    const whole = manifestOf(news, target);
    const manifest = ignoreChanges.length > 0 ? withIgnored(whole, await cluster.get(key), ignoreChanges) : whole;
    const answer = await cluster.apply(key, manifest, { fieldManager, force: forces(news, settings), dryRun: true });
    reportWarnings(context, answer.warnings, urn);
    return changed ? NOTHING : { replaces: [], drift: await driftOf(context, key, state, answer.body) };
  } catch (error) {
    const fields = immutableFields(error);
    if (fields.length > 0)
      return { replaces: fields.map((field) => ({ path: pathOf(field), kind: "update" })), drift: [] };
    if (changed) return NOTHING;
    if (isFieldConflict(error)) return { replaces: [], drift: conflicts(error) };
    if (isUnreachable(error) && (settings.skipUpdateUnreachable || settings.deleteUnreachable)) {
      log.warn(`left as it is: ${explain(error)}`, urn);
      return NOTHING;
    }
    // Refused for another reason than its content: an update would tell it better.
    if (isRefusal(error)) return NOTHING;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 403 || error.status === 400);
}

function conflicts(error: ApiError): Change[] {
  return error.causes.map(({ field }) => ({ path: pathOf(field ?? "metadata"), kind: "update" }));
}

/** A field as the API server names it; what lies in a list item of a certain name is told by the list. */
export function pathOf(field: string): Path {
  const upToList = field.replace(/^\./, "").split(/\[[a-z]+=/)[0] ?? "";
  return parsePath(upToList) ?? [upToList];
}

async function driftOf({ cluster }: Context, key: ObjectKey, state: Properties, dryRun: LiveObject): Promise<Change[]> {
  const wanted = lasting(dryRun);
  if (differences(lasting(plainMap(state) as LiveObject & Properties), wanted, []).length === 0) return [];
  const live = await cluster.get(key);
  if (!live) return [{ path: ["metadata", "uid"], kind: "update" }];
  return differences(lasting(live), wanted, []);
}

const PASSING = ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"];

/** What of an object stays the same until somebody asks for something else. */
function lasting(object: LiveObject | KubernetesManifest): Properties {
  const rest = without(object as unknown as Properties, ["status", "__fieldManager"]);
  const metadata = isMap(rest["metadata"]) ? rest["metadata"] : {};
  return { ...rest, metadata: without(metadata, PASSING) };
}

function metadataOf(inputs: Properties): Readonly<Record<string, Value | undefined>> {
  const metadata = unwrapped(inputs["metadata"]);
  return isMap(metadata) ? plainMap(metadata) : {};
}

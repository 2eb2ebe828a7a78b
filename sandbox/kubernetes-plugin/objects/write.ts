import { awaitReady } from "../await/ready";
import { ApiError, explain, isNamespaceMissing, isUnreachable, NoMatchError } from "../cluster/errors";
import type { ObjectKey } from "../cluster/cluster";
import type { LiveObject } from "../cluster/object";
import { redact, secretTexts } from "../values/path";
import { hasUnknown, type Properties } from "../values/value";
import { timeoutMsOf } from "./annotations";
import { fieldManagerOf, forces, reportWarnings, withFieldManager, type Context } from "./context";
import { withIgnored } from "./ignored";
import { InitError } from "./initError";
import { keyOf, manifestOf, outputsOf, previewOf } from "./manifest";
import { formatId, parseId, targetOf, tokenOf, type Target } from "./target";

export interface WriteRequest {
  readonly urn: string;
  readonly inputs: Properties;
  readonly preview: boolean;
  /** In seconds; 0 where the program says nothing. */
  readonly timeout: number;
}

export interface UpdateRequest extends WriteRequest {
  readonly id: string;
  readonly state: Properties;
  readonly ignoreChanges: readonly string[];
}

export interface Written {
  readonly id: string;
  readonly outputs: Properties;
}

/** Makes the object and waits until it is ready. @throws Error where it exists already; InitError where it is not ready */
export async function createObject(request: WriteRequest, context: Context | undefined): Promise<Written> {
  const { urn, inputs, preview, timeout } = request;
  const target = targetOf(urn, inputs);
  if (!context || hasUnknown(inputs)) return { id: "", outputs: previewOf(inputs) };
  return withSecretsKept(inputs, async () => {
    const { cluster, settings } = context;
    const manifest = manifestOf(inputs, target);
    if (preview) {
      const type = await cluster.discovery.find(target.apiVersion, target.kind);
      // Its CRD may be created by the same update.
      if (!type) return { id: "", outputs: previewOf(inputs) };
      const key = cluster.keyOf(type, manifest.metadata?.namespace, manifest.metadata?.name ?? "preview");
      // The object may be there because it is about to be replaced.
      if (!target.patch && (await cluster.get(key))) return { id: "", outputs: previewOf(inputs) };
      return { id: "", outputs: await rehearse(context, request, target, key) };
    }
    const key = await keyOf(cluster, manifest, context.signal);
    const found = await cluster.get(key);
    if (target.patch && !found) throw new Error(`there is no ${describe(target, key)} to patch`);
    if (!target.patch && found && !settings.upsertExistingObjects) throw new Error(existsAlready(target, key));
    const fieldManager = fieldManagerOf(urn, target, inputs);
    const answer = await cluster.apply(key, manifest, { fieldManager, force: forces(inputs, settings) });
    reportWarnings(context, answer.warnings, urn);
    return settle(context, { urn, inputs, key, target, fieldManager, timeout, written: answer.body });
  });
}

/** Changes the object and waits until it is ready. @throws InitError where it is not */
export async function updateObject(request: UpdateRequest, context: Context | undefined): Promise<Written> {
  const { urn, id, inputs, state, preview, timeout, ignoreChanges } = request;
  const target = targetOf(urn, inputs);
  if (!context || hasUnknown(inputs)) return { id, outputs: { ...state, ...inputs } };
  return withSecretsKept(inputs, async () => {
    const { cluster, settings, log } = context;
    const { namespace, name } = parseId(id);
    const served = await cluster.discovery.find(target.apiVersion, target.kind);
    if (!served && preview) return { id, outputs: inputs };
    const type = served ?? (await cluster.typeOf(target.apiVersion, target.kind, context.signal));
    const key = cluster.keyOf(type, namespace, name);
    if (preview) return { id, outputs: await rehearse(context, request, target, key, state, ignoreChanges) };
    const fieldManager = fieldManagerOf(urn, target, inputs, state);
    const whole = manifestOf(inputs, target);
    const manifest = ignoreChanges.length > 0 ? withIgnored(whole, await cluster.get(key), ignoreChanges) : whole;
    try {
      const answer = await cluster.apply(key, manifest, { fieldManager, force: forces(inputs, settings) });
      reportWarnings(context, answer.warnings, urn);
      return await settle(context, { urn, inputs, key, target, fieldManager, timeout, written: answer.body });
    } catch (error) {
      if (!isUnreachable(error) || !settings.skipUpdateUnreachable) throw error;
      log.warn(`left as it is: ${explain(error)}`, urn);
      return { id, outputs: state };
    }
  });
}

interface Settling {
  readonly urn: string;
  readonly inputs: Properties;
  readonly key: ObjectKey;
  readonly target: Target;
  readonly fieldManager: string;
  readonly timeout: number;
  readonly written: LiveObject;
}

async function settle(context: Context, settling: Settling): Promise<Written> {
  const { urn, inputs, key, target, fieldManager, timeout, written } = settling;
  const id = formatId(key.namespace, key.name);
  const { live, failure } = await awaitReady(context.cluster, {
    key,
    written,
    inputs,
    timeoutMs: timeoutMsOf(inputs, timeout),
    signal: context.signal,
    onProgress: (message) => context.log.status(message, urn),
  }).catch((error: unknown) => ({ live: written, failure: explain(error) }));
  const outputs = withFieldManager(outputsOf(live, inputs), target, fieldManager);
  if (failure === undefined) return { id, outputs };
  throw new InitError(id, outputs, [`${describe(target, key)}: ${redact(failure, secretTexts(inputs))}`]);
}

/** A dry run. Where the namespace is not there yet, the inputs are all that is known. */
async function rehearse(
  context: Context,
  { urn, inputs }: WriteRequest,
  target: Target,
  key: ObjectKey,
  state: Properties = {},
  ignoreChanges: readonly string[] = [],
): Promise<Properties> {
  const { cluster, settings } = context;
  const fieldManager = fieldManagerOf(urn, target, inputs, state);
  const isNew = Object.keys(state).length === 0;
  const live = ignoreChanges.length > 0 ? await cluster.get(key) : undefined;
  const manifest = withIgnored(manifestOf(inputs, target), live, ignoreChanges);
  try {
    const answer = await cluster.apply(key, manifest, { fieldManager, force: forces(inputs, settings), dryRun: true });
    reportWarnings(context, answer.warnings, urn);
    const outputs = isNew ? previewOf(inputs, answer.body) : outputsOf(answer.body, inputs);
    return withFieldManager(outputs, target, fieldManager);
  } catch (error) {
    if (isNamespaceMissing(error) || isNotRehearsable(error)) return isNew ? previewOf(inputs) : inputs;
    throw error;
  }
}

/** Some admission webhooks have effects, and take no dry runs; and a preview may be run by who may not write. */
function isNotRehearsable(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 403 || /does not support dry run/i.test(error.message));
}

/** Errors tell what the API server says, without the secrets that it may quote. */
async function withSecretsKept<T>(inputs: Properties, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof InitError || error instanceof NoMatchError) throw error;
    throw new Error(redact(explain(error), secretTexts(inputs)));
  }
}

function describe({ apiVersion, kind }: Target, { namespace, name }: ObjectKey): string {
  return `${apiVersion}/${kind} ${formatId(namespace, name)}`;
}

function existsAlready(target: Target, key: ObjectKey): string {
  const token = tokenOf(target.apiVersion, target.kind);
  return [
    `resource already exists: ${describe(target, key)}`,
    `To manage it with this stack, import it: pulumi import ${token} <name> ${formatId(key.namespace, key.name)}`,
    `or give the resource the option 'import: "${formatId(key.namespace, key.name)}"' for one update.`,
  ].join("\n");
}

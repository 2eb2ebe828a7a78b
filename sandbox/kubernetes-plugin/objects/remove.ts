import { awaitGone } from "../await/gone";
import { explain, isNotFound, isUnreachable } from "../cluster/errors";
import { plainMap, type Properties } from "../values/value";
import { propagationOf, timeoutMsOf } from "./annotations";
import { fieldManagerOf, type Context } from "./context";
import { parseId, targetOf, type Target } from "./target";

export interface DeleteRequest {
  readonly urn: string;
  readonly id: string;
  readonly state: Properties;
  readonly oldInputs: Properties;
  /** In seconds; 0 where the program says nothing. */
  readonly timeout: number;
}

/** Deletes the object and waits until it is gone; of a patch, gives up the fields and leaves the object. */
export async function deleteObject(request: DeleteRequest, context: Context): Promise<void> {
  const { urn, id, state, oldInputs, timeout } = request;
  const { cluster, settings, log, signal } = context;
  const inputs = plainMap(Object.keys(oldInputs).length > 0 ? oldInputs : state);
  const target = targetOf(urn, inputs, state);
  try {
    const type = await cluster.discovery.find(target.apiVersion, target.kind);
    // A type that is gone took its objects with it.
    if (!type) return;
    const { namespace, name } = parseId(id);
    const key = cluster.keyOf(type, namespace, name);
    const live = await cluster.get(key);
    if (!live) return;
    if (target.patch) {
      const fieldManager = fieldManagerOf(urn, target, inputs, state);
      await cluster.apply(key, nothingOf(target), { fieldManager, force: true });
      return;
    }
    if (!(await cluster.delete(key, propagationOf(inputs, target.apiVersion)))) return;
    await awaitGone(cluster, {
      key,
      uid: live.metadata.uid,
      timeoutMs: timeoutMsOf(inputs, timeout),
      signal,
      onProgress: (message) => log.status(message, urn),
    });
  } catch (error) {
    if (isNotFound(error)) return;
    if (!isUnreachable(error) || !settings.deleteUnreachable) throw error;
    log.warn(`forgotten without being deleted: ${explain(error)}`, urn);
  }
}

function nothingOf({ apiVersion, kind }: Target) {
  return { apiVersion, kind, metadata: {} };
}

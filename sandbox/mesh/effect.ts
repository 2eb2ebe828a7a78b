import type { Kind } from "./caches";
import type { Mesh } from "./mesh";
import type { ObjectSink } from "./objects";

/**
 * A sink whose changes take effect without waiting for the next tick. Each write of a route does so by itself, however
 * close the next one follows, so that none is missing in the log; Pods and Services, of which many change in one moment,
 * do so once for all that came in one piece.
 */
export function effective(mesh: Mesh, kind: Kind): ObjectSink {
  const sink = mesh.sink(kind);
  const tick = kind === "virtualservices" || kind === "destinationrules" ? () => mesh.tick() : coalesced(mesh);
  return {
    replace: (objects) => (sink.replace(objects), tick()),
    upsert: (object) => (sink.upsert(object), tick()),
    remove: (object) => (sink.remove(object), tick()),
  };
}

function coalesced(mesh: Mesh): () => void {
  let due: NodeJS.Immediate | undefined;
  return () => {
    due ??= setImmediate(() => {
      due = undefined;
      mesh.tick();
    });
  };
}

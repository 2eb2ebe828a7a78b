import type { KubernetesManifest, LiveObject } from "../cluster/object";
import { expandPath, parsePath, valueAt, withValueAt } from "../values/path";
import type { Value } from "../values/value";

/**
 * What to send where the program ignores changes of some fields: there it is as the object has it, or not there at all.
 * Whoever else sets these fields then neither loses them nor gets in the way.
 */
export function withIgnored(
  manifest: KubernetesManifest,
  live: LiveObject | undefined,
  ignored: readonly string[],
): KubernetesManifest {
  if (!live) return manifest;
  return ignored
    .flatMap((text) => {
      const pattern = parsePath(text);
      return pattern ? expandPath(manifest as Value, pattern) : [];
    })
    .filter((path) => path.length > 0 && !["apiVersion", "kind"].includes(String(path[0])))
    .filter((path) => path[0] !== "metadata" || !["name", "namespace"].includes(String(path[1])))
    .reduce(
      (object, path) =>
        withValueAt(object as Value, path, valueAt(live as unknown as Value, path)) as KubernetesManifest,
      manifest,
    );
}

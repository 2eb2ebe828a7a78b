/** A container image's name in its parts. */
export interface ImageName {
  /** Registry and path, split at the slashes. */
  readonly path: readonly string[];
  readonly tag: string | undefined;
  /** Such as `sha256:...`. */
  readonly digest: string | undefined;
}

const shape =
  /^(?<path>[a-zA-Z0-9](?:[a-zA-Z0-9._-]*(?::\d+(?=\/))?(?:\/(?=[a-zA-Z0-9]))?)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>[a-z0-9+._-]+:[0-9a-fA-F]{32,}))?$/;

/** @returns undefined for a text that is no image's name */
export function parseImageName(text: string): ImageName | undefined {
  const { path, tag, digest } = shape.exec(text)?.groups ?? {};
  return path === undefined || text.length > 4096 ? undefined : { path: path.split("/"), tag, digest };
}

/**
 * How exactly `pattern` names `image`: undefined where it does not, else the higher the more exact. What the pattern
 * leaves out (leading parts of the path, tag, digest) may be anything.
 */
export function exactness(pattern: ImageName, image: ImageName): number | undefined {
  const end = image.path.slice(-pattern.path.length);
  const same = pattern.path.length === end.length && pattern.path.every((part, index) => part === end[index]);
  const tag = image.tag ?? (image.digest === undefined ? "latest" : undefined);
  if (!same || (pattern.tag !== undefined && pattern.tag !== tag)) return undefined;
  if (pattern.digest !== undefined && pattern.digest !== image.digest) return undefined;
  return pattern.path.length + (pattern.tag === undefined ? 0 : 1000) + (pattern.digest === undefined ? 0 : 10_000);
}

/**
 * The tag of an image, or the beginning of its digest where it has none.
 *
 * @example versionOf("registry.example:5000/serin:0.1.0") // "0.1.0"
 */
export function versionOf(image: string): string {
  const [name = "", digest] = image.split("@sha256:");
  return (
    (/:([\w][\w.-]{0,62})[\w.-]*$/.exec(name.slice(name.lastIndexOf("/") + 1))?.[1] ?? digest?.slice(0, 12)) || "latest"
  );
}

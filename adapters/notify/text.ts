const CUT = "…";

/**
 * A text of at most so many characters (UTF-16 units, as JavaScript counts them), its end cut off if it must be.
 *
 * @param encode what becomes of each character, such as an escape; no encoded character is cut in half
 * @example bounded("a<b", 5, escapeSlack) // "a…"
 */
export function bounded(text: string, limit: number, encode: (character: string) => string = (c) => c): string {
  let whole = "";
  let cut = "";
  for (const character of text) {
    whole += encode(character);
    if (whole.length > limit) return cut + CUT;
    if (whole.length <= limit - CUT.length) cut = whole;
  }
  return whole;
}

const SLACK_ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** A character as Slack wants it, so that it begins no mention and no link. */
export function escapeSlack(character: string): string {
  return SLACK_ENTITIES[character] ?? character;
}

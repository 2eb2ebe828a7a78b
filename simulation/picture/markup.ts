const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

// Code points that XML 1.0 cannot hold, however they are written: control characters, half surrogate pairs, FFFE and FFFF.
const UNSPEAKABLE = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;

/** Text as XML holds it; line breaks and tabs become spaces. */
export function escapeXml(text: string): string {
  return text
    .replace(/\s/g, " ")
    .replace(UNSPEAKABLE, "")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

export type Attributes = Readonly<Record<string, string | number>>;

/**
 * An element with its content, which is markup already.
 *
 * @example element("g", { id: "a<b" }, "") // <g id="a&lt;b"></g>
 */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(valueText(value))}"`);
  return `<${name}${written.join("")}>${content.join("")}</${name}>`;
}

/** @throws Error for a number that no picture can show */
function valueText(value: string | number): string {
  if (typeof value === "string") return value;
  if (!Number.isFinite(value)) throw new Error(`a picture cannot show ${value}`);
  return String(Math.round(value * 100) / 100);
}

/** A line of text. */
export function text(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return element("text", { x, y, ...attributes }, escapeXml(words));
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string {
  return element("line", { x1, y1, x2, y2, ...attributes });
}

export type Point = readonly [x: number, y: number];

/** A line through points; nothing for fewer than two. */
export function polyline(points: readonly Point[], attributes: Attributes): string {
  return points.length < 2 ? "" : element("polyline", { points: pointsText(points), fill: "none", ...attributes });
}

/** An area between two lines over the same places; nothing for fewer than two. */
export function area(upper: readonly Point[], lower: readonly Point[], attributes: Attributes): string {
  if (upper.length < 2) return "";
  return element("polygon", { points: pointsText([...upper, ...[...lower].reverse()]), ...attributes });
}

function pointsText(points: readonly Point[]): string {
  return points.map(([x, y]) => `${valueText(x)},${valueText(y)}`).join(" ");
}

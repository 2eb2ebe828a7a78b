import { element, line, text } from "./markup";
import { COLOURS, PAGE } from "./theme";

interface Entry {
  readonly words: string;
  /** Width of the words, as far as it matters. */
  readonly width: number;
  /** The sign before the words, which is 24 wide. */
  readonly sign: (x: number, y: number) => string;
}

const dot = (colour: string) => (x: number, y: number) =>
  element("circle", { cx: x + 12, cy: y, r: 2.5, fill: colour });
const stroke = (colour: string, dashes?: string) => (x: number, y: number) =>
  line(x, y, x + 22, y, { stroke: colour, "stroke-width": 2, ...(dashes && { "stroke-dasharray": dashes }) });
const box = (colour: string) => (x: number, y: number) =>
  element("rect", { x, y: y - 5, width: 22, height: 10, fill: colour, "fill-opacity": 0.3 });

const ENTRIES: readonly Entry[] = [
  { words: "baseline", width: 60, sign: stroke(COLOURS.baseline) },
  { words: "candidate, so far", width: 110, sign: stroke(COLOURS.candidate) },
  {
    words: "in one interval (hollow: off the axis)",
    width: 224,
    sign: (x, y) => dot(COLOURS.baseline)(x - 5, y) + dot(COLOURS.candidate)(x + 5, y),
  },
  { words: "confidence band", width: 108, sign: box(COLOURS.candidate) },
  { words: "limit", width: 36, sign: stroke(COLOURS.harm, "6 4") },
];

const SECOND_ROW: readonly Entry[] = [
  { words: "evidence that the candidate is beyond the limit", width: 300, sign: stroke(COLOURS.harm) },
  { words: "evidence that it is within", width: 160, sign: stroke(COLOURS.safety) },
];

/** What the lines and colours mean. */
export function legend(top: number): string {
  return element("g", {}, row(ENTRIES, top), row(SECOND_ROW, top + 18));
}

function row(entries: readonly Entry[], y: number): string {
  let x: number = PAGE.left;
  return entries
    .map(({ words, width, sign }) => {
      const drawn = sign(x, y - 4) + text(x + 28, y, words);
      x += 28 + width + 12;
      return drawn;
    })
    .join("");
}

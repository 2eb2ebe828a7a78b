import { element, line, text } from "./markup";
import type { Scale } from "./scale";
import { COLOURS, PAGE } from "./theme";

/** A drawing area with a title and two axes. */
export interface Panel {
  readonly title: string;
  /** Of the inside, in pixels. */
  readonly top: number;
  readonly height: number;
  readonly x: Scale;
  readonly y: Scale;
  /** A value of the y axis for people, with its unit. */
  readonly yText: (value: number) => string;
}

/** The inside's upper and lower edge as the range of a y scale. */
export function yRange(top: number, height: number): readonly [number, number] {
  return [top + height, top];
}

/** The panel's frame, grid and labels, and what is drawn in it. */
export function drawPanel({ title, top, height, x, y, yText }: Panel, ...content: readonly string[]): string {
  const [left, right, bottom] = [PAGE.left, PAGE.width - PAGE.right, top + height];
  const grid = { stroke: COLOURS.grid, "stroke-opacity": 0.25 };
  const rows = y.ticks.flatMap((tick) => [
    line(left, y.at(tick), right, y.at(tick), grid),
    text(left - 8, y.at(tick) + 4, yText(tick), { "text-anchor": "end", class: "small" }),
  ]);
  const columns = x.ticks.map((tick) => line(x.at(tick), bottom, x.at(tick), bottom + 4, { stroke: COLOURS.grid }));
  const axes = [
    line(left, bottom, right, bottom, { stroke: COLOURS.grid }),
    line(left, top, left, bottom, { stroke: COLOURS.grid }),
  ];
  return element("g", {}, text(left, top - 10, title, { class: "head" }), ...rows, ...columns, ...axes, ...content);
}

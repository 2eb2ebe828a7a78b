import { element, text } from "./markup";
import { linearScale, type Scale } from "./scale";
import { PAGE } from "./theme";

/** Releases longer than this are told in minutes, in seconds. */
const LONG = 180;

/** The axis that all panels share. */
export interface TimeAxis {
  /** From seconds since the release began to places on the paper. */
  readonly scale: Scale;
  /** The labels below the lowest panel, which ends at `bottom`. */
  draw(bottom: number): string;
}

/** @param seconds length of the release */
export function createTimeAxis(seconds: number): TimeAxis {
  const [unit, name] = seconds > LONG ? [60, "minutes"] : [1, "seconds"];
  const inner = linearScale([0, Math.max(seconds, 1) / unit], [PAGE.left, PAGE.width - PAGE.right]);
  const scale: Scale = {
    at: (value) => inner.at(value / unit),
    holds: (value) => inner.holds(value / unit),
    ticks: inner.ticks.map((tick) => tick * unit),
  };
  return {
    scale,
    draw: (bottom) =>
      element(
        "g",
        {},
        ...inner.ticks.map((tick) =>
          text(inner.at(tick), bottom + 18, String(tick), { "text-anchor": "middle", class: "small" }),
        ),
        text(PAGE.width - PAGE.right, bottom + 36, `${name} since the release began`, { "text-anchor": "end" }),
      ),
  };
}

import type { ReleaseTrace } from "../release/simulate";
import type { CriterionTrace } from "../release/trace";
import { area, element, polyline, type Point } from "./markup";
import { drawPanel, yRange } from "./panel";
import { linearScale, type Scale } from "./scale";
import { COLOURS, PAGE } from "./theme";

/** A criterion at one moment. */
interface Moment extends CriterionTrace {
  readonly seconds: number;
}

/** Both versions' values over time, the limit, and where the candidate's true value is. */
export function criterionPanel({ looks, plan }: ReleaseTrace, place: number, x: Scale, top: number): string {
  const height = PAGE.panel.criterion;
  const moments = looks.flatMap(({ seconds, criteria }): Moment[] => {
    const criterion = criteria[place];
    return criterion === undefined ? [] : [{ seconds, ...criterion }];
  });
  const metric = plan.criteria[place]?.metric ?? "";
  const unit = moments[0]?.unit ?? "";
  const y = linearScale(domainOf(moments), yRange(top, height));
  const lineOf = (value: (moment: Moment) => number | null) =>
    moments.flatMap((moment): Point[] => {
      const at = value(moment);
      return at === null ? [] : [[x.at(moment.seconds), y.at(at)]];
    });
  return drawPanel(
    { title: unit === "" ? metric : `${metric}, ${unit}`, top, height, x, y, yText: valueText },
    area(
      lineOf(({ interval }) => interval && interval[1]),
      lineOf(({ interval }) => interval && interval[0]),
      { fill: COLOURS.candidate, "fill-opacity": 0.16 },
    ),
    dots(moments, "baseline", x, y),
    dots(moments, "candidate", x, y),
    polyline(
      lineOf(({ baseline }) => baseline.total),
      { stroke: COLOURS.baseline, "stroke-width": 2 },
    ),
    polyline(
      lineOf(({ candidate }) => candidate.total),
      { stroke: COLOURS.candidate, "stroke-width": 2 },
    ),
    polyline(
      lineOf(({ limit }) => limit),
      { stroke: COLOURS.harm, "stroke-width": 1.5, "stroke-dasharray": "6 4" },
    ),
  );
}

/** One a look; what lies beyond the axis is drawn hollow at its end. */
function dots(moments: readonly Moment[], version: "baseline" | "candidate", x: Scale, y: Scale): string {
  return moments
    .map(({ seconds, [version]: { window } }) => {
      if (window === null) return "";
      const [fill, stroke] = [y.holds(window) ? COLOURS[version] : "none", COLOURS[version]];
      return element("circle", { cx: x.at(seconds), cy: y.at(window), r: 2, fill, stroke, "fill-opacity": 0.6 });
    })
    .join("");
}

/**
 * From 0, unless all values are far from it, to what the limit and most values need: a single window of few requests may show
 * anything.
 */
function domainOf(moments: readonly Moment[]): readonly [number, number] {
  const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  const windows = known(moments.flatMap(({ baseline, candidate }) => [baseline.window, candidate.window]));
  const usual = [...windows].sort((a, b) => a - b)[Math.floor(windows.length * 0.9)] ?? 0;
  const last = moments[moments.length - 1];
  const totals = known([last?.baseline.total ?? null, last?.candidate.total ?? null]);
  const largest = Math.max(usual, ...totals, ...known(moments.map(({ limit }) => limit)));
  if (!(largest > 0)) return [0, 1];
  const least = Math.min(...windows, ...totals);
  return [least > 0.5 * largest ? 0.9 * least : 0, 1.15 * largest];
}

/** Small shares as percent. */
function valueText(value: number): string {
  if (value === 0) return "0";
  return Math.abs(value) < 0.1 ? `${Number((value * 100).toPrecision(3))} %` : String(Number(value.toPrecision(4)));
}

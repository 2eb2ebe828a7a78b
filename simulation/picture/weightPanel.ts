import type { ReleaseTrace } from "../release/simulate";
import { area, polyline, type Point } from "./markup";
import { drawPanel, yRange } from "./panel";
import { linearScale, type Scale } from "./scale";
import { COLOURS, PAGE } from "./theme";

/** The candidate's share of the traffic over time. */
export function weightPanel({ looks, plan }: ReleaseTrace, x: Scale, top: number): string {
  const height = PAGE.panel.weight;
  const y = linearScale(
    [0, Math.max(plan.traffic.maxWeight, ...looks.map(({ weight }) => weight))],
    yRange(top, height),
  );
  const steps = looks.flatMap(({ seconds, weight }, i): Point[] => {
    const from = looks[i - 1]?.seconds ?? 0;
    return [
      [x.at(from), y.at(weight)],
      [x.at(seconds), y.at(weight)],
    ];
  });
  const floor = steps.map(([place]): Point => [place, y.at(0)]);
  return drawPanel(
    { title: "Traffic of the candidate", top, height, x, y, yText: (value) => `${value} %` },
    area(steps, floor, { fill: COLOURS.candidate, "fill-opacity": 0.15 }),
    polyline(steps, { stroke: COLOURS.candidate, "stroke-width": 2 }),
  );
}

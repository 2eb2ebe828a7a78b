import type { EvidenceStrength } from "../../engine";
import type { ReleaseTrace } from "../release/simulate";
import { line, polyline, text, type Point } from "./markup";
import { drawPanel, yRange } from "./panel";
import { logScale, type Scale } from "./scale";
import { COLOURS, PAGE } from "./theme";

/** Less evidence than this is none at all. */
const LEAST = 0.01;
/** What an e-value far beyond any threshold is drawn as, in multiples of the larger threshold. */
const FAR = 100;

interface Moment {
  readonly seconds: number;
  readonly evidence: EvidenceStrength;
}

/** The evidence of a criterion over time, with what is needed for a verdict; empty where there is none. */
export function evidencePanel({ looks, plan }: ReleaseTrace, place: number, x: Scale, top: number): string {
  const height = PAGE.panel.evidence;
  const moments = looks.flatMap(({ seconds, criteria }): Moment[] => {
    const evidence = criteria[place]?.evidence;
    return evidence === undefined ? [] : [{ seconds, evidence }];
  });
  const [first] = moments;
  if (first === undefined) return "";
  const { harmNeeded, safetyNeeded } = first.evidence;
  const y = logScale([LEAST, FAR * Math.max(harmNeeded, safetyNeeded)], yRange(top, height));
  const lineOf = (value: (evidence: EvidenceStrength) => number) =>
    moments.map(({ seconds, evidence }): Point => [x.at(seconds), y.at(value(evidence))]);
  return drawPanel(
    { title: `Evidence on ${plan.criteria[place]?.metric ?? ""} (e-value)`, top, height, x, y, yText: powerText },
    threshold("needed to roll back", harmNeeded, COLOURS.harm, y),
    threshold("needed to promote", safetyNeeded, COLOURS.safety, y),
    polyline(
      lineOf(({ harm }) => harm),
      { stroke: COLOURS.harm, "stroke-width": 2 },
    ),
    polyline(
      lineOf(({ safety }) => safety),
      { stroke: COLOURS.safety, "stroke-width": 2 },
    ),
  );
}

function threshold(words: string, value: number, colour: string, y: Scale): string {
  const right = PAGE.width - PAGE.right;
  const above = colour === COLOURS.harm;
  return [
    line(PAGE.left, y.at(value), right, y.at(value), { stroke: colour, "stroke-dasharray": "6 4" }),
    text(PAGE.left + 6, y.at(value) + (above ? -4 : 13), words, { class: "small", style: `fill:${colour}` }),
  ].join("");
}

function powerText(value: number): string {
  return value >= 1e4 ? `1e${Math.round(Math.log10(value))}` : String(value);
}

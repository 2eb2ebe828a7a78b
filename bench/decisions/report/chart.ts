import { CADENCES, type Cadence, type Entrant } from "../entrants";
import { cellOf, contenders, rowAt, type Results } from "../results";
import { placeLabels, type Box, type Place } from "./labels";
import { worstFalseRollback } from "./worst";

/** One rule in the chart; both shares are 0 to 1. */
export interface Mark {
  readonly name: string;
  readonly family: Entrant["family"];
  readonly falseRollbacks: number;
  readonly detection: number;
}

const WIDTH = 880;
const HEIGHT = 470;
/** Of a panel's plot, in px. */
const PLOT = { left: 64, top: 78, width: 352, height: 300, gap: 92 };
const RADIUS = 6;
/** Mean width of a character of 12 px Helvetica. */
const CHARACTER = 7;
/** Distance up or down from a dot to its name, in px, from which on a line joins them. */
const LEADER = 20;

const COLOURS: Record<Entrant["family"], string> = {
  Serin: "#c2410c",
  Flagger: "#1d4ed8",
  Argo: "#0e7490",
  Kayenta: "#7e22ce",
  Iter8: "#4d7c0f",
};

/** The rules of one cadence: worst false rollback in ordinary A/A rows, and detection of errors 0.1→0.6 % at 20/s. */
export function marksAt(results: Results, cadence: Cadence): readonly Mark[] {
  const row = rowAt(results, "errors-0.1-0.6", 20);
  if (row === undefined) return [];
  return contenders(cadence).flatMap((entrant) => {
    const [worst, found] = [worstFalseRollback(results, entrant, "ordinary"), cellOf(results, row, entrant)];
    if (worst === undefined || found === undefined) return [];
    return [
      {
        name: entrant.rule.name,
        family: entrant.family,
        falseRollbacks: worst.cell.rolledBack / worst.cell.releases,
        detection: found.rolledBack / found.releases,
      },
    ];
  });
}

/** Mistakes against detection, one panel a cadence, as a self-contained SVG on its own white ground. */
export function chart(results: Results): string {
  const panels = CADENCES.map((cadence, i) => panel(marksAt(results, cadence), cadence, i));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc">
  <title id="title">False rollbacks and detection of nine canary rules</title>
  <desc id="desc">${escape(description(results))}</desc>
  <style>
    text { font-family: Helvetica, Arial, "DejaVu Sans", sans-serif; font-size: 12px; fill: #1f2933; }
    .h { font-size: 16px; font-weight: bold; }
    .b { font-weight: bold; }
    .m { fill: #5b6776; }
    .g { stroke: #d0d7de; }
    .t { stroke: #9aa5b1; }
    .x { stroke: #5b6776; }
    .l { stroke: #c62828; stroke-dasharray: 5 4; }
    circle { stroke: #ffffff; stroke-width: 1.5; }
  </style>
  <rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8" fill="#ffffff" stroke="#d0d7de"/>
  <text x="24" y="32" class="h">Good candidates rolled back, and bad ones detected</text>
${panels.join("\n")}
  <text x="24" y="${HEIGHT - 32}" class="m">Across: share of A/A releases rolled back, where each rule does worst (errors 0.1, 0.5 or 0.9 %; 20 and 100 requests/s).</text>
  <text x="24" y="${HEIGHT - 14}" class="m">Up: share of candidates with errors 0.1→0.6 % rolled back, at 20 requests/s.</text>
</svg>
`;
}

function panel(marks: readonly Mark[], cadence: Cadence, place: number): string {
  const left = PLOT.left + place * (PLOT.width + PLOT.gap);
  const x = (share: number): number => left + share * PLOT.width;
  const y = (share: number): number => PLOT.top + (1 - share) * PLOT.height;
  const dots = marks.map(({ falseRollbacks, detection }) => ({ x: x(falseRollbacks), y: y(detection) }));
  const area: Box = { left: left - 6, top: PLOT.top - 8, right: left + PLOT.width + 20, bottom: y(0) + 10 };
  const labels = placeLabels(
    dots.map((dot, i) => ({ ...dot, width: CHARACTER * (marks[i]?.name.length ?? 0) })),
    area,
    RADIUS,
  );
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    `  <line x1="${px(x(0))}" y1="${px(y(share))}" x2="${px(x(1))}" y2="${px(y(share))}" class="${share === 0 ? "x" : "g"}"/>`,
    `  <text x="${px(x(0) - 8)}" y="${px(y(share) + 4)}" text-anchor="end" class="m">${100 * share} %</text>`,
    `  <text x="${px(x(share))}" y="${px(y(0) + 22)}" text-anchor="middle" class="m">${100 * share} %</text>`,
  ]);
  const drawn = marks.flatMap(({ name, family }, i) => [
    leader(dots[i], labels[i]),
    `  <circle cx="${px(dots[i]?.x ?? 0)}" cy="${px(dots[i]?.y ?? 0)}" r="${RADIUS}" fill="${COLOURS[family]}"/>`,
    `  <text x="${px(labels[i]?.x ?? 0)}" y="${px(labels[i]?.y ?? 0)}"${family === "Serin" ? ' class="b"' : ""}>${escape(name)}</text>`,
  ]);
  return [
    `  <text x="${left}" y="${PLOT.top - 22}" class="b">looks every ${cadence / 1000} s</text>`,
    ...grid,
    `  <line x1="${px(x(0))}" y1="${px(y(0))}" x2="${px(x(0))}" y2="${px(y(1))}" class="x"/>`,
    `  <line x1="${px(x(0.05))}" y1="${px(y(0))}" x2="${px(x(0.05))}" y2="${px(y(1))}" class="l"/>`,
    `  <text x="${px(x(0.05))}" y="${px(y(0) + 36)}" class="m">5 %: Serin's alpha</text>`,
    ...drawn,
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** A line from a dot to its name, where that stands so far up or down that one would have to guess. */
function leader(dot: Place | undefined, label: Place | undefined): string {
  if (dot === undefined || label === undefined || Math.abs(label.y - dot.y) < LEADER) return "";
  const end = { x: label.x < dot.x ? dot.x - RADIUS : label.x - 2, y: label.y - RADIUS / 2 };
  return `  <line x1="${px(dot.x)}" y1="${px(dot.y)}" x2="${px(end.x)}" y2="${px(end.y)}" class="t"/>`;
}

function description(results: Results): string {
  return CADENCES.map((cadence) => {
    const marks = marksAt(results, cadence).map(
      (mark) => `${mark.name} ${whole(mark.falseRollbacks)} and ${whole(mark.detection)}`,
    );
    return `Looks every ${cadence / 1000} s, percent of good candidates rolled back at worst and of bad ones detected: ${marks.join("; ")}.`;
  }).join(" ");
}

function whole(share: number): string {
  return (100 * share).toFixed(0);
}

function px(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}

function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

import { formatDuration, type Verdict } from "../../engine";
import type { ReleaseTrace } from "../release/simulate";
import { criterionPanel } from "./criterionPanel";
import { evidencePanel } from "./evidencePanel";
import { legend } from "./legend";
import { element, escapeXml, line, text } from "./markup";
import { COLOURS, PAGE, STYLE } from "./theme";
import { createTimeAxis } from "./timeAxis";
import { weightPanel } from "./weightPanel";
import { wrap } from "./wrap";

const VERDICTS: Readonly<Record<Verdict, { readonly words: string; readonly colour: string }>> = {
  promoted: { words: "promoted", colour: COLOURS.safety },
  rolledBack: { words: "rolled back", colour: COLOURS.harm },
  inconclusive: { words: "inconclusive", colour: COLOURS.text },
  aborted: { words: "aborted", colour: COLOURS.text },
};

/** Characters in a line of the title and of the reason, and the lines' heights in pixels. */
const TITLE = { columns: 84, height: 22 };
const REASON = { columns: 125, height: 16 };

/**
 * The picture of one release, as the text of an SVG file that needs nothing else: the candidate's share of the traffic, what
 * was seen of each criterion, the evidence, and when and why the verdict fell.
 */
export function releasePicture(trace: ReleaseTrace, title: string): string {
  const { plan, seconds, verdict, reason } = trace;
  const { words, colour } = VERDICTS[verdict];
  const told = `${words} after ${formatDuration(seconds * 1000)}`;
  const titles = wrap(title, TITLE.columns);
  const reasons = wrap(reason, REASON.columns);
  const verdictTop = 28 + TITLE.height * titles.length;
  const legendTop = verdictTop + 22 + REASON.height * reasons.length;
  const top = legendTop + 18 + PAGE.gap;
  const { scale: x, draw: drawTimeAxis } = createTimeAxis(seconds);

  const panels = [weightPanel(trace, x, top)];
  let bottom = top + PAGE.panel.weight;
  for (const place of plan.criteria.keys()) {
    panels.push(criterionPanel(trace, place, x, bottom + PAGE.gap));
    bottom += PAGE.gap + PAGE.panel.criterion;
    const evidence = evidencePanel(trace, place, x, bottom + PAGE.gap);
    if (evidence === "") continue;
    panels.push(evidence);
    bottom += PAGE.gap + PAGE.panel.evidence;
  }

  const height = bottom + 48;
  const size = { viewBox: `0 0 ${PAGE.width} ${height}`, width: PAGE.width, height };
  const picture = element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", ...size, role: "img" },
    element("title", {}, escapeXml(`${title}: ${told}`)),
    element("desc", {}, escapeXml(reason)),
    element("style", {}, escapeXml(STYLE)),
    ...titles.map((part, i) => text(PAGE.left, 28 + TITLE.height * i, part, { class: "title" })),
    text(PAGE.left, verdictTop, `Verdict: ${told}`, { class: "head", style: `fill:${colour}` }),
    ...reasons.map((part, i) => text(PAGE.left, verdictTop + REASON.height * (i + 1), part)),
    legend(legendTop),
    ...panels,
    line(x.at(seconds), top, x.at(seconds), bottom, { stroke: colour, "stroke-width": 2 }),
    text(x.at(seconds), top - 6, words, { "text-anchor": "end", class: "head", style: `fill:${colour}` }),
    drawTimeAxis(bottom),
  );
  return `${picture}\n`;
}

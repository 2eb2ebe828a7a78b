import { CADENCES, ENTRANTS, type Cadence, type Entrant } from "../entrants";
import { cellOf, contenders, peersAt, rowAt, serinAt, type Results } from "../results";
import type { Row } from "../rows";
import { bestPeers, reliableCost } from "./claims";
import { count, list, percent } from "./format";
import { worstFalseRollback } from "./worst";

const RATE = 20;
/** Length of Serin's plan, in ms; the rules with the same time are compared in what they detect. */
const PLAN_MS = 1_800_000;

/** The findings that people ask for first, as a list of sentences. A run without the rows of one leaves it out. */
export function inShort(results: Results): string {
  return [mistakes(results), gross(results), smallErrors(results), smallLatency(results), warmUp(results)]
    .filter((sentence) => sentence !== "")
    .map((sentence) => `- ${sentence}`)
    .join("\n");
}

/** Every rule once, each with the times between its looks. */
function named(entrant: Entrant): string {
  return entrant.cadences.length > 1
    ? entrant.rule.name
    : `${entrant.rule.name} at ${entrant.rule.intervalMs / 1000} s`;
}

function everyRule(): readonly Entrant[] {
  return [...new Set(CADENCES.flatMap((cadence) => contenders(cadence)))];
}

function mistakes(results: Results): string {
  const worst = everyRule().flatMap((entrant) => {
    const found = worstFalseRollback(results, entrant, "ordinary");
    if (found === undefined) return [];
    const { rolledBack, releases } = found.cell;
    return [{ entrant, share: rolledBack / releases, text: `${named(entrant)} ${percent(rolledBack, releases)} %` }];
  });
  const own = worst.filter(({ entrant }) => entrant.family === "Serin").map(({ text }) => text);
  const peers = worst.filter(({ entrant }) => entrant.family !== "Serin").sort((a, b) => a.share - b.share);
  const [least, most] = [peers[0], peers[peers.length - 1]];
  if (least === undefined || most === undefined) return "";
  return (
    `**Good candidates rolled back**, in the ordinary A/A row where each rule does worst: ${list(own)}; ` +
    `the peers from ${least.text} to ${most.text}.`
  );
}

function warmUp(results: Results): string {
  const row = rowAt(results, "warm-up", RATE);
  if (row === undefined) return "";
  const own = ENTRANTS.filter(({ family }) => family === "Serin");
  return `**Warm-up** at ${RATE} requests/s: a good candidate that is slow for its first minute is rolled back by ${detections(results, row, own)}.`;
}

function gross(results: Results): string {
  const row = rowAt(results, "errors-0.1-10", RATE);
  if (row === undefined) return "";
  const sentences = CADENCES.map((cadence) => grossAt(results, row, cadence)).filter((text) => text !== "");
  return sentences.length === 0 ? "" : `**Errors 0.1→10 %** at ${RATE} requests/s. ${sentences.join(" ")}`;
}

function grossAt(results: Results, row: Row, cadence: Cadence): string {
  const { fastest } = bestPeers(results, row, cadence);
  const own = reliableCost(results, row, serinAt(cadence));
  if (fastest === undefined || own === undefined) return "";
  const ratio = (own.candidateRequests / fastest.cost.candidateRequests).toFixed(2);
  return (
    `With a look every ${cadence / 1000} s the fastest peer, ${fastest.entrant.rule.name}, takes ` +
    `${count(fastest.cost.seconds)} s and ${count(fastest.cost.candidateRequests)} candidate requests; Serin takes ` +
    `${count(own.seconds)} s and ${count(own.candidateRequests)}, ${ratio} times as many.`
  );
}

function smallErrors(results: Results): string {
  const row = rowAt(results, "errors-0.1-0.6", RATE);
  if (row === undefined) return "";
  const found = everyRule().filter(({ rule }) => rule.planMs === PLAN_MS);
  const shares = detections(results, row, found);
  return `**Errors 0.1→0.6 %** at ${RATE} requests/s, detected by the rules with a plan of 30 minutes: ${shares}.`;
}

function smallLatency(results: Results): string {
  const row = rowAt(results, "latency-1.3", RATE);
  if (row === undefined) return "";
  const peers = CADENCES.flatMap((cadence) => peersAt(cadence)).filter(({ rule }) => rule.judgesLatency);
  const rules = new Set([...CADENCES.map(serinAt), ...peers]);
  return `**Latency ×1.3** at ${RATE} requests/s, detected: ${detections(results, row, [...rules])}.`;
}

function detections(results: Results, row: Row, entrants: readonly Entrant[]): string {
  return list(
    entrants.flatMap((entrant) => {
      const cell = cellOf(results, row, entrant);
      return cell === undefined ? [] : [`${named(entrant)} ${percent(cell.rolledBack, cell.releases)} %`];
    }),
  );
}

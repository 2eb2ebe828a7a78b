import type { TrafficScenario } from "../../simulation/traffic/scenario";

/** One kind of service and candidate, at one rate of requests. */
export interface Row {
  /** As `--rows` has it. */
  readonly id: string;
  /** Short, for the heads of tables. */
  readonly title: string;
  /** What the candidate does, in a sentence. */
  readonly about: string;
  /** Ordinary traffic, or traffic that breaks an assumption. */
  readonly group: "ordinary" | "adversarial";
  /** Whether the candidate is as good as the baseline, so that a rollback is a mistake. */
  readonly harmless: boolean;
  /** Whether the harm is in the latency, so that a rule which looks at errors alone has no part in it. */
  readonly aboutLatency: boolean;
  readonly scenario: TrafficScenario;
}

/** Everything of a row but its rate. */
type Kind = Omit<Row, "scenario"> & { readonly changes: Partial<TrafficScenario> };

/** Median and log standard deviation of the latency: 100 ms, and a p99 of 320 ms. */
const LATENCY = { median: 100, sigma: 0.5 };

/** Requests a second. Users are simulated one by one, which takes long, so rows with sessions have the first rate alone. */
const RATES = [20, 100];
const EXTREME_RATES = [1, 1000];

/** Scraped every 15 s, and known for half an hour before the release. */
const ORDINARY: TrafficScenario = {
  requestsPerSecond: 20,
  baseline: { errorRate: 0.005, latency: LATENCY },
  candidate: { errorRate: 0.005, latency: LATENCY },
  latency: "histogram",
};

function same(percent: number): Kind {
  const version = { errorRate: percent / 100, latency: LATENCY };
  return {
    id: `same-${percent}`,
    title: `A/A ${percent} %`,
    about: `Both versions fail in ${percent} % of the requests.`,
    group: "ordinary",
    harmless: true,
    aboutLatency: false,
    changes: { baseline: version, candidate: version },
  };
}

function errors(from: number, to: number): Kind {
  return {
    id: `errors-${from}-${to}`,
    title: `errors ${from}→${to} %`,
    about: `The baseline fails in ${from} % of the requests, the candidate in ${to} %.`,
    group: "ordinary",
    harmless: false,
    aboutLatency: false,
    changes: {
      baseline: { errorRate: from / 100, latency: LATENCY },
      candidate: { errorRate: to / 100, latency: LATENCY },
    },
  };
}

function slower(factor: number): Kind {
  const latency = { ...LATENCY, median: factor * LATENCY.median };
  return {
    id: `latency-${factor}`,
    title: `latency ×${factor}`,
    about: `Every request takes ${factor} times as long at the candidate; both versions fail in 0.1 % of them.`,
    group: "ordinary",
    harmless: false,
    aboutLatency: true,
    changes: { baseline: { errorRate: 0.001, latency: LATENCY }, candidate: { errorRate: 0.001, latency } },
  };
}

function adversarial(
  id: string,
  title: string,
  about: string,
  changes: Partial<TrafficScenario>,
  harm?: "latency",
): Kind {
  const harmless = harm === undefined;
  return { id, title, about, group: "adversarial", harmless, aboutLatency: !harmless, changes };
}

/** 0.1, 0.5, 0.9: far from the limit of 1 % that most rules have, half-way, and almost at it. */
const ORDINARY_KINDS: readonly Kind[] = [
  same(0.1),
  same(0.5),
  same(0.9),
  errors(0.1, 0.6),
  errors(0.5, 2),
  errors(0.1, 10),
  slower(1.3),
  slower(2),
];

const ADVERSARIAL_KINDS: readonly Kind[] = [
  adversarial("warm-up", "warm-up", "A/A at 0.5 %, but the candidate takes three times as long for its first 60 s.", {
    warmUp: { seconds: 60, latencyFactor: 3 },
  }),
  adversarial(
    "tides",
    "tides",
    "A/A; within half an hour the requests a second go from 1.8 to 0.2 times the usual, and the errors from 0.75 % to 0.25 %.",
    { diurnal: { amplitude: 0.8, periodMs: 3_600_000, phase: 0.25, errorAmplitude: 0.5 } },
  ),
  adversarial("resets", "counter resets", "A/A at 0.5 %; the candidate's counters go back to 0 every 200 s.", {
    reset: { version: "candidate", everyMs: 200_000 },
  }),
  adversarial("missed-scrapes", "missed scrapes", "A/A at 0.5 %; a fifth of the scrapes fails.", {
    missedScrapes: { share: 0.2 },
  }),
  adversarial(
    "bursts",
    "bursty errors",
    "A/A at 0.5 %; errors come in bursts (beta-binomial, correlation 0.01 within a version and 15 s).",
    { bursts: { correlation: 0.01 } },
  ),
  adversarial(
    "sessions",
    "sticky sessions",
    "A/A at 0.5 %; users stay at a version for some 2 minutes and 40 requests, and differ (correlation of errors 0.05).",
    { sessions: { meanRequests: 40, meanSeconds: 120, errorHeterogeneity: 0.05 } },
  ),
  adversarial(
    "tail",
    "slow tail",
    "2 % of the candidate's requests take ten times as long; both versions fail in 0.5 % of them.",
    { candidate: { errorRate: 0.005, latency: LATENCY, tail: { share: 0.02, factor: 10 } } },
    "latency",
  ),
];

const EXTREME_KINDS: readonly Kind[] = [same(0.5), errors(0.5, 2)].map((kind) => ({ ...kind, group: "adversarial" }));

/** All rows, in the order of the tables. */
export const ROWS: readonly Row[] = [
  ...RATES.flatMap((rate) => ORDINARY_KINDS.map((kind) => at(rate, kind))),
  ...RATES.flatMap((rate, i) =>
    ADVERSARIAL_KINDS.filter(({ changes }) => i === 0 || changes.sessions === undefined).map((kind) => at(rate, kind)),
  ),
  ...EXTREME_RATES.flatMap((rate) => EXTREME_KINDS.map((kind) => at(rate, kind))),
];

function at(requestsPerSecond: number, { changes, ...kind }: Kind): Row {
  return { ...kind, scenario: { ...ORDINARY, ...changes, requestsPerSecond } };
}

/** A row's name with its rate, unique among all rows. */
export function rowName({ title, scenario }: Row): string {
  return `${title}, ${scenario.requestsPerSecond}/s`;
}

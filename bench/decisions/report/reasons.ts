import type { Loss } from "./losses";

/** Why a peer is better in some kind of cell, where that is generally known. */
interface Reason {
  readonly applies: (loss: Loss) => boolean;
  readonly text: string;
}

const has = (loss: Loss, ...families: readonly Loss["peer"]["family"][]): boolean =>
  families.includes(loss.peer.family);
const isZeroTolerance = ({ peer }: Loss): boolean => /T1|L0|stop/.test(peer.rule.name);

/** The first that applies is the one that is given. */
const REASONS: readonly Reason[] = [
  {
    applies: ({ row }) => row.id === "warm-up",
    text: "Serin judges from the first request on, unless it is told how long the candidate warms up (`warmup`); the peer's look comes later, averages the slow minute away, tolerates a few failed looks, or does not look at latency at all.",
  },
  {
    applies: (loss) => loss.row.id === "tail" && has(loss, "Flagger", "Argo"),
    text: "The peer's limit is on the p99, which shows a slow tail at once. Serin was given the mean latency here; it can judge a percentile too, if a criterion asks for one.",
  },
  {
    applies: ({ row }) => row.scenario.requestsPerSecond <= 1 && !row.harmless,
    text: "At one request a second Serin has too little evidence within 30 minutes and says so: `inconclusive`, all traffic on the baseline. A threshold decides on a handful of requests, and is as quick to roll back a good candidate.",
  },
  {
    applies: ({ measure, row }) => measure === "promotion" && row.id === "resets",
    text: "Serin counts neither the window in which a counter was restarted nor the one after it, because nobody can vouch for them. With a restart every 200 s and a look every 60 s that is more than half of all requests, and what is left is too little for a verdict.",
  },
  {
    applies: ({ measure }) => measure === "promotion",
    text: "The peer promotes whatever it has not rolled back by the end of its plan; see the same rule's detection for what else it promotes. Serin promotes once it is shown that the candidate is within the tolerances. Where its 30 minutes do not hold enough requests for that, or errors are too bursty to tell, it is `inconclusive`.",
  },
  {
    applies: (loss) => loss.measure === "false rollbacks" && has(loss, "Kayenta"),
    text: "Kayenta's interval has to begin beyond a quarter of the shift itself, which makes it very careful: for the same reason sparse errors escape it.",
  },
  {
    applies: (loss) => loss.measure === "false rollbacks",
    text: "A threshold that tolerates failed looks, or averages over the whole release, does not fire while the service is far from the limit; nor does it on a candidate that is several times worse within the limit. Serin may err in up to alpha = 5 % of the releases, whatever the service's own error rate.",
  },
  {
    applies: ({ row, peer }) => row.id === "errors-0.1-0.6" && peer.family !== "Kayenta",
    text: "0.6 % is within the peer's limit of 1 %. What rolls this candidate back is chance, in looks at some hundred requests: the rows A/A 0.5 % and A/A 0.9 %, where nothing is wrong, show how often the same rule does that to a good one.",
  },
  {
    applies: (loss) => has(loss, "Kayenta"),
    text: "Kayenta holds 10 % for its whole plan. Serin's weight grows while little speaks against the candidate, so a regression that takes long to prove costs more requests; and one that Serin cannot prove within the plan is `inconclusive`, not rolled back.",
  },
  {
    applies: (loss) => isZeroTolerance(loss) && !loss.row.aboutLatency,
    text: "A single look above 1 % rolls back, and with some hundred requests a look a failed one or two are enough. That is quick on every candidate, bad or good: see the same rule's false rollbacks above. Serin waits until the difference from the baseline is beyond chance.",
  },
  {
    applies: (loss) => has(loss, "Flagger", "Argo") && !loss.row.aboutLatency,
    text: "The candidate is beyond the fixed limit of 1 %, which a few looks show. Serin was given no such limit: it has to tell the candidate from 1.75 times the baseline's own rate.",
  },
  {
    applies: (loss) => has(loss, "Flagger", "Argo"),
    text: "The p99 of a slower candidate crosses the fixed limit of 500 ms in some looks, and that is enough for the peer.",
  },
  {
    applies: (loss) => has(loss, "Iter8"),
    text: "Iter8 compares all requests since the beginning with the fixed limit, at a share that does not grow while the limit is exceeded, and rolls back at the end of its plan.",
  },
];

/** Places of the reasons in {@link REASONS}, for the losses that have one. */
function placeOf(loss: Loss): number {
  return REASONS.findIndex(({ applies }) => applies(loss));
}

/** The reasons that some losses have, numbered in the order in which they are listed. */
export interface NumberedReasons {
  /** From 1 on; undefined when no general reason is known. */
  numberOf(loss: Loss): number | undefined;
  readonly texts: readonly string[];
}

export function numberReasons(losses: readonly Loss[]): NumberedReasons {
  const used = [...new Set(losses.map(placeOf))].filter((place) => place !== -1).sort((a, b) => a - b);
  return {
    numberOf(loss) {
      const place = used.indexOf(placeOf(loss));
      return place === -1 ? undefined : place + 1;
    },
    texts: used.map((place) => REASONS[place]?.text ?? ""),
  };
}

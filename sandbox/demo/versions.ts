import type { Verdict } from "serin";

/** A version of `reviews` that the demo ships, and what is to become of it. */
export interface DemoVersion {
  readonly tag: string;
  readonly story: string;
  /** How its pods behave, by the annotations of the sandbox. */
  readonly behaviour: Readonly<Record<string, string>>;
  readonly verdict: Verdict;
}

export const versions: readonly DemoVersion[] = [
  {
    tag: "v2",
    story: "the first deployment",
    behaviour: { "latency-p50-ms": "60", "error-rate": "0.001" },
    verdict: "promoted",
  },
  {
    tag: "v3",
    story: "seven times as slow, and one request in twelve fails",
    behaviour: { "latency-p50-ms": "420", "error-rate": "0.08" },
    verdict: "rolledBack",
  },
  {
    tag: "v4",
    story: "a good one",
    behaviour: { "latency-p50-ms": "50", "error-rate": "0.001" },
    verdict: "promoted",
  },
];

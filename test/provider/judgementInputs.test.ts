import { deepStrictEqual } from "node:assert/strict";
import { validate } from "../../provider/validation";
import { settings } from "./stage";

const given = settings("reviews:v1", { traffic: {}, criteria: [{ metric: "iter8_latency", threshold: 200 }] });
const traffic = (changes: object) => ({ traffic: changes });
const criterion = (changes: object) => ({ criteria: [{ metric: "m", threshold: 1, ...changes }] });
const DURATION = 'must be a duration with its unit, such as "30s", "1m30s" or "2h"';

/** Settings that do not agree, or are out of range: the change, the field, and what must be said of it. */
const refused: [change: object, property: string, reason: string][] = [
  [
    { analysis: { mode: "point" } },
    "analysis.mode",
    "'analysis.mode' (point) must be sequential with the strategy guarded",
  ],
  [
    { ...traffic({ strategy: "epsilon_greedy" }), analysis: { mode: "sequential" } },
    "analysis.mode",
    "'analysis.mode' (sequential) must be point with the strategy epsilon_greedy",
  ],
  [
    { ...traffic({ strategy: "check_and_increment" }), analysis: { alpha: 0.01 } },
    "analysis.alpha",
    "'analysis.alpha' (0.01) must be left out with the point analysis, which knows no such thing",
  ],
  [
    { ...traffic({ maxWeight: 100 }), ...criterion({ threshold: undefined, delta: 1 }) },
    "traffic.maxWeight",
    "'traffic.maxWeight' (100) must be less than 100, so that there is a baseline to compare with",
  ],
  [{ analysis: { alpha: 0 } }, "analysis.alpha", "'analysis.alpha' (0) must be more than 0"],
  [{ analysis: { beta: 0.6 } }, "analysis.beta", "'analysis.beta' (0.6) must be at most 0.5"],
  [{ analysis: { warmup: "soon" } }, "analysis.warmup", `'analysis.warmup' (soon) ${DURATION}`],
  [traffic({ confidence: 1 }), "traffic.confidence", "'traffic.confidence' (1) must be less than 1"],
  [
    { budget: { failedRequests: 200 } },
    "budget.metric",
    "'budget.metric' (iter8_error_rate) must be the metric of a criterion that is better when lower (iter8_latency)",
  ],
  [
    { budget: { failedRequests: 0, metric: "iter8_latency" } },
    "budget.failedRequests",
    "'budget.failedRequests' (0) must be more than 0",
  ],
  [
    { ...traffic({ strategy: "check_and_increment" }), budget: { failedRequests: 9, metric: "iter8_latency" } },
    "budget",
    `'budget' ({"failedRequests":9,"metric":"iter8_latency"}) must be given with the strategy guarded only`,
  ],
  [
    criterion({ sampleSize: 10 }),
    "criteria[0].sampleSize",
    "'criteria[0].sampleSize' (10) must be left out with the sequential analysis, which needs no such setting",
  ],
  [
    criterion({ stopOnFailure: true }),
    "criteria[0].stopOnFailure",
    "'criteria[0].stopOnFailure' (true) must be left out with the sequential analysis, which needs no such setting",
  ],
  [
    criterion({ floor: 0.003 }),
    "criteria[0].floor",
    "'criteria[0].floor' (0.003) must be given together with 'delta' only",
  ],
  [
    criterion({ direction: "up" }),
    "criteria[0].direction",
    "'criteria[0].direction' (up) must be one of lower, higher",
  ],
  [
    criterion({ threshold: undefined, delta: 1, direction: "higher" }),
    "criteria[0].delta",
    "'criteria[0].delta' (1) must be less than 1 with direction higher",
  ],
  [
    criterion({ range: { min: 1, max: 1 } }),
    "criteria[0].range",
    `'criteria[0].range' ({"min":1,"max":1}) must have a 'min' less than its 'max'`,
  ],
];

describe("how a release is judged: what is refused", () => {
  for (const [change, property, reason] of refused) {
    it(reason, () => deepStrictEqual(validate({ ...given, ...change }), [{ property, reason }]));
  }

  it("takes both limits, a floor and a budget together", () => {
    const criteria = [
      { metric: "iter8_error_rate", delta: 1, floor: 0.003 },
      { metric: "throughput", threshold: 5, direction: "higher" },
    ];
    deepStrictEqual(validate({ ...given, criteria, budget: { failedRequests: 200 }, analysis: { warmup: "60s" } }), []);
  });
});

import { deepStrictEqual } from "node:assert/strict";
import { forecastLines } from "../../driver/forecastText";
import { criterion, plan } from "../engine/builders";

describe("the forecast in words", () => {
  it("tells weights, durations, what it finds, and warnings last", () => {
    const lines = forecastLines(plan({ criteria: [criterion({ metric: "errors" })] }), {
      requestsPerSecond: 20,
      schedule: [
        { atMs: 0, weight: 2 },
        { atMs: 15_000, weight: 4 },
      ],
      shortestMs: 120_000,
      usualMs: 780_000,
      longestMs: 1_800_000,
      detections: [
        { metric: "errors", usual: 0.001, limit: 0.003, smallest: 0.00511 },
        { metric: "latency", usual: 113, limit: 124.3 },
      ],
      warnings: ["errors: too little."],
    });
    deepStrictEqual(lines, [
      "plan: 20 requests a second now; weights 2 %, 15s 4 %",
      "plan: at least 2m, usually 13m, at most 30m",
      "plan: errors finds 0.0051 or more in 80 % of the releases (now 0.001, tolerated 0.003)",
      "plan: latency finds no regression in 80 % of the releases (now 113, tolerated 124)",
      "warning: errors: too little.",
    ]);
  });
});

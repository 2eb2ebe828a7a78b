import assert from "node:assert/strict";
import fc from "fast-check";
import { FACTORS, logMixture } from "../../../engine/statistics/alternatives";
import { bernoulliLimit } from "../../../engine/statistics/bernoulliLimit";
import { logSumExp } from "../../../engine/statistics/logSumExp";
import { rateRatio, type Side } from "../../../engine/statistics/rateRatio";

const ZEROS = FACTORS.map(() => 0);
const close = (actual: number | undefined, expected: number) =>
  assert.ok(
    Math.abs((actual ?? NaN) - expected) <= 1e-6 * Math.max(1, Math.abs(expected)),
    `${actual}, not ${expected}`,
  );
const counts = (
  baselineRequests: number,
  baselineEvents: number,
  candidateRequests: number,
  candidateEvents: number,
) => ({
  baselineRequests,
  baselineEvents,
  candidateRequests,
  candidateEvents,
});

describe("rateRatio", () => {
  // Each is the log of the ratio of two binomial probabilities of the candidate's share of the events, worked out by hand:
  // theta(r) = r n_c / (r n_c + n_b).
  it("two events of the candidate and none of the baseline, against equal rates", () => {
    // theta(1) = 1/10, theta(60) = 600/690: 2 log(6000/690)
    close(rateRatio(ZEROS, counts(90, 0, 10, 2), 1, 1, 1)[FACTORS.indexOf(60)], 4.325646301);
  });
  it("events of both, against a tolerated doubling", () => {
    // theta(2) = 200/1100, theta(8) = 800/1700
    close(rateRatio(ZEROS, counts(900, 3, 100, 5), 2, 1, 1)[FACTORS.indexOf(4)], 3.448927237);
  });
  it("below the boundary", () => {
    // theta(1.5) = 0.6, theta(1.5/1.4) = 0.517241
    close(rateRatio(ZEROS, counts(5000, 40, 5000, 20), 1.5, -1, 1)[FACTORS.indexOf(1.4)], 4.553689158);
  });
  it("half as much when it is scaled by a half", () => {
    close(rateRatio(ZEROS, counts(90, 0, 10, 2), 1, 1, 0.5)[FACTORS.indexOf(60)], 4.325646301 / 2);
  });
  it("nothing without events, or while one version gets no traffic", () => {
    assert.equal(rateRatio(ZEROS, counts(90, 0, 10, 0), 1, 1, 1), ZEROS);
    assert.equal(rateRatio(ZEROS, counts(0, 0, 10, 5), 1, 1, 1), ZEROS);
    assert.equal(rateRatio(ZEROS, counts(90, 5, 0, 0), 1, 1, 1), ZEROS);
  });

  it("its expectation is at most 1 on the other side of the boundary, whatever the rates", () => {
    const arb = fc.record({
      requests: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
      rate: fc.double({ min: 0.01, max: 0.45, noNaN: true }),
      boundary: fc.double({ min: 0.5, max: 2, noNaN: true }),
      slack: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(arb, ({ requests: [nb, nc], rate, boundary, slack }) => {
        for (const side of [1, -1] as Side[]) {
          const ratio = side === 1 ? boundary * slack : boundary * (1 + slack * 0.1);
          const mean = FACTORS.map(() => 0);
          for (let eb = 0; eb <= nb; eb++)
            for (let ec = 0; ec <= nc; ec++) {
              const probability = binomial(nb, eb, rate) * binomial(nc, ec, Math.min(1, rate * ratio));
              rateRatio(ZEROS, counts(nb, eb, nc, ec), boundary, side, 1).forEach((log, i) => {
                mean[i] = (mean[i] as number) + probability * Math.exp(log);
              });
            }
          for (const value of mean) assert.ok(value <= 1 + 1e-9, `${value}`);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("bernoulliLimit", () => {
  // The log of the ratio of two binomial probabilities; the odds of the alternative are a multiple of the limit's.
  it("no event of a hundred, against one half", () => {
    close(bernoulliLimit(ZEROS, 100, 0, 0.5, -1, 1)[FACTORS.indexOf(60)], 67.661787861);
  });
  it("nine of a thousand, against 0.3 %", () => {
    close(bernoulliLimit(ZEROS, 1000, 9, 0.003, 1, 1)[FACTORS.indexOf(2.5)], 3.756711314);
  });
  it("three of two hundred, for a much smaller share than 1 %", () => {
    close(bernoulliLimit(ZEROS, 200, 3, 0.01, -1, 1)[FACTORS.indexOf(8)], -4.480623418);
  });
  it("nothing without requests", () => assert.equal(bernoulliLimit(ZEROS, 0, 0, 0.1, 1, 1), ZEROS));

  it("its expectation is at most 1 on the other side of the limit", () => {
    const arb = fc.record({
      n: fc.integer({ min: 1, max: 12 }),
      limit: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(arb, ({ n, limit, part }) => {
        for (const side of [1, -1] as Side[]) {
          const truth = side === 1 ? limit * part : limit + (1 - limit) * part;
          const mean = FACTORS.map(() => 0);
          for (let e = 0; e <= n; e++)
            bernoulliLimit(ZEROS, n, e, limit, side, 1).forEach((log, i) => {
              mean[i] = (mean[i] as number) + binomial(n, e, truth) * Math.exp(log);
            });
          for (const value of mean) assert.ok(value <= 1 + 1e-9, `${value}`);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("mixtures", () => {
  it("weigh the alternatives, one in all", () => close(logMixture(ZEROS), 0));
  it("are as large as their largest part, at least", () => {
    close(logMixture([...ZEROS.slice(1), 1000]), 1000 + Math.log(0.25));
  });
  it("sums of exponentials do not overflow", () => {
    close(logSumExp([Math.log(1), Math.log(3)]), Math.log(4));
    close(logSumExp([1000, 1000]), 1000 + Math.LN2);
    close(logSumExp([-1000, -1001, -1002]), -1000 + Math.log(1 + Math.exp(-1) + Math.exp(-2)));
    assert.equal(logSumExp([]), -Infinity);
    assert.equal(logSumExp([-Infinity, -Infinity]), -Infinity);
  });
});

function binomial(n: number, k: number, p: number): number {
  let choose = 1;
  for (let i = 0; i < k; i++) choose = (choose * (n - i)) / (i + 1);
  return choose * p ** k * (1 - p) ** (n - k);
}

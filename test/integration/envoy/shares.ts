import assert from "node:assert/strict";
import { gapsOf, type Split } from "../../../sandbox/dataplane/splits";

/** In standard deviations: further off by chance in one of 1.7 million shares, so that a file may look at some of them. */
const certain = 5;

/**
 * Fails unless each share is the one that was asked for, but for chance.
 *
 * @param splits those of fewer than 100 requests are left out
 * @returns how many shares were looked at
 */
export function assertShares(splits: readonly Pick<Split, "asked" | "seen">[]): number {
  const nameless = splits.map((split) => ({ at: 0, namespace: "", name: "", ...split }));
  const gaps = gapsOf(nameless);
  const off = gaps.filter(({ points, standardDeviation }) => Math.abs(points) > certain * standardDeviation);
  const told = off.map((gap) => `${gap.workload}: ${gap.seen} % of ${gap.requests} requests, not ${gap.asked} %`);
  assert.deepEqual(told, []);
  return gaps.length;
}

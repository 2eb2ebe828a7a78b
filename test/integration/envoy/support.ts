import assert from "node:assert/strict";
import { gapsOf } from "../../../sandbox/dataplane/splits";
import type { ReleaseFixture } from "../support/releaseFixture";

/** A share is further off than this by chance in one of 150,000. */
const CERTAIN = 4.5;

/** Each weight that was in effect for some time brought its share of the requests. */
export async function assertSharesAsAsked(fixture: ReleaseFixture): Promise<void> {
  const gaps = gapsOf(await fixture.splits());
  assert.ok(gaps.length > 0, "there was no split");
  const off = gaps.filter(({ points, standardDeviation }) => Math.abs(points) > CERTAIN * standardDeviation);
  const told = off.map(
    ({ workload, asked, seen, requests }) => `${workload}: ${seen} % of ${requests}, not ${asked} %`,
  );
  assert.deepEqual(told, []);
}

/** No request failed but by the pods' own doing. */
export async function assertNothingLost(fixture: ReleaseFixture, atLeast: number): Promise<void> {
  const { sent, lost } = await fixture.traffic();
  assert.deepEqual(lost, {});
  assert.ok(sent >= atLeast, `only ${sent} requests were sent`);
}

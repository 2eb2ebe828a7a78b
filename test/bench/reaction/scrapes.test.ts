import assert from "node:assert/strict";
import { firstBadScrape } from "../../../bench/reaction/scrapes";

const series = (workload: string, namespace: string, values: readonly number[]) => ({
  labels: { destination_workload: workload, destination_workload_namespace: namespace },
  points: values.map((value, i) => ({ time: 1_000 * (i + 1), value })),
});
const release = { namespace: "a", candidate: "web-v2" };

describe("the first scrape that shows a candidate's errors", () => {
  it("is the first sample above the one before it", () => {
    assert.equal(firstBadScrape(release, [series("web-v2", "a", [0, 0, 0.1, 12])]), 3_000);
    assert.equal(firstBadScrape(release, [series("web-v2", "a", [4, 5])]), 1_000);
  });
  it("is its own, and not that of another workload or namespace", () => {
    const others = [series("web-v1", "a", [0, 1]), series("web-v2", "b", [0, 1])];
    assert.equal(firstBadScrape(release, others), undefined);
    assert.equal(firstBadScrape(release, [...others, series("web-v2", "a", [0, 0, 1])]), 3_000);
  });
  it("is not there while there are none", () => {
    assert.equal(firstBadScrape(release, [series("web-v2", "a", [0, 0])]), undefined);
  });
});

import assert from "node:assert/strict";
import { Exposition } from "../../../../bench/scale/exporter/exposition";

describe("the bench's metrics", () => {
  const text = new Exposition().render([
    { namespace: "a", service: "web", workload: "web-v1", requests: 100, errors: 25 },
  ]);
  /** Value by the series' name and response code. */
  const values = Object.fromEntries(
    [...text.matchAll(/^(\w+)\{(.*)response_code="(\d+)"\} (\S+)$/gm)].map(([, name, , code, value]) => [
      `${name} ${code}`,
      Number(value),
    ]),
  );

  it("count requests by response code", () => {
    assert.equal(values["istio_requests_total 200"], 75);
    assert.equal(values["istio_requests_total 503"], 25);
  });
  it("have a mean of 50 ms", () => {
    for (const code of [200, 503]) {
      const [sum, count] = ["sum", "count"].map(
        (part) => values[`istio_request_duration_milliseconds_${part} ${code}`] ?? NaN,
      ) as [number, number];
      assert.equal(sum / count, 50);
    }
  });
  it("have the labels that Serin's queries select by", () => {
    for (const line of text.split("\n").filter((one) => one !== "" && !one.startsWith("#"))) {
      assert.match(line, /reporter="source"/);
      assert.match(line, /destination_workload="web-v1",destination_workload_namespace="a"/);
    }
  });
});

import assert from "node:assert/strict";
import { cpuMsOf, mebibytesOf } from "../../../../bench/scale/controller/procfs";
import { distribution } from "../../../../bench/scale/measure/distribution";
import { queriesIn } from "../../../../bench/scale/measure/prometheusQueries";

describe("the bench's numbers", () => {
  it("have nearest-rank percentiles", () => {
    const values = Array.from({ length: 200 }, (_, i) => 200 - i);
    assert.deepEqual(distribution(values), { count: 200, min: 1, p50: 100, p95: 190, p99: 198, max: 200 });
  });
  it("have none of nothing", () => {
    const { count, p50, max } = distribution([]);
    assert.deepEqual([count, p50, max], [0, NaN, NaN]);
  });
  it("have a process's time, whatever its name is", () => {
    const rest = "S 1 2 3 4 5 6 7 8 9 10 25 17 0 0";
    assert.equal(cpuMsOf(`123 (node) x) ${rest}`), 420);
  });
  it("have a process's memory", () => {
    const status = "Name:\tnode\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\n";
    assert.deepEqual([mebibytesOf(status, "VmRSS"), mebibytesOf(status, "VmHWM")], [100, 200]);
  });
  it("have Prometheus' own count of its queries, whatever it answered", () => {
    const metrics = [
      "# TYPE prometheus_http_requests_total counter",
      'prometheus_http_requests_total{code="200",handler="/api/v1/query"} 12',
      'prometheus_http_requests_total{code="400",handler="/api/v1/query"} 2',
      'prometheus_http_requests_total{code="200",handler="/api/v1/query_range"} 1e+02',
      'prometheus_http_requests_total{code="200",handler="/api/v1/query_exemplars"} 5',
      'prometheus_http_requests_total{code="200",handler="/metrics"} 7',
    ].join("\n");
    assert.equal(queriesIn(metrics), 114);
  });
});

import { match, strictEqual } from "node:assert/strict";
import { toYaml } from "../../../components/prometheus/prometheusConfig";
import {
  coldTimeoutMs,
  ConfigFolder,
  configSettings,
  findPrograms,
  outcomeOf,
  ruleSettings,
  type Programs,
} from "./support";

interface Series {
  readonly series: string;
  readonly values: string;
}

interface Expectation {
  readonly eval_time: string;
  readonly expr: string;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}

const labels = (version: string, more: string): string =>
  `{reporter="source",destination_workload="${version}",destination_workload_namespace="bookinfo",${more}}`;
const requests = (version: string, caller: string, code = "200"): string =>
  `istio_requests_total${labels(version, `pod="${caller}",response_code="${code}"`)}`;
const duration = (what: string, more: string): string =>
  `istio_request_duration_milliseconds_${what}${labels("reviews-v1", more)}`;
const recorded = (counter: string, version: string, le = ""): string =>
  `serin:counters:last{counter="${counter}",destination_workload="${version}",destination_workload_namespace="bookinfo"${le}}`;

/** One caller restarts after 5 minutes, another one goes on; then there is one that goes for good, and a late error. */
const callers: readonly Series[] = [
  { series: requests("reviews-v1", "a"), values: "0+15x20 0+15x300" },
  { series: requests("reviews-v1", "b"), values: "1000+30x320" },
  { series: requests("reviews-v2", "a"), values: "7x20 stale" },
  { series: requests("reviews-v2", "b"), values: "0+1x320" },
  { series: requests("reviews-v2", "b", "503"), values: "_x8 2x312" },
  { series: `istio_requests_total{reporter="destination",destination_workload="reviews-v1"}`, values: "0+99x320" },
  { series: duration("count", 'pod="a"'), values: "0+15x20 0+15x300" },
  { series: duration("sum", 'pod="a"'), values: "0+300x20 0+300x300" },
  { series: duration("bucket", 'pod="a",le="10"'), values: "0+5x320" },
  { series: duration("bucket", 'pod="a",le="+Inf"'), values: "0+15x320" },
  { series: duration("bucket", 'pod="b",le="+Inf"'), values: "100x320" },
];

const at = (eval_time: string, expr: string, value: number, rowLabels = expr): Expectation => {
  return { eval_time, expr, exp_samples: [{ labels: rowLabels, value }] };
};
const row = '{destination_workload="reviews-v1",destination_workload_namespace="bookinfo"}';
const rounded = 'round(serin:requests:rate{response_code="200",destination_workload="reviews-v1"}, 0.001)';
const ratedRow = `{response_code="200",${row.slice(1)}`;

const cases: readonly (readonly [string, readonly Expectation[]])[] = [
  [
    "counters are the sums of all callers' last values",
    [
      at("5m", recorded("requests", "reviews-v1"), 300 + 1600),
      at("5m", recorded("durations", "reviews-v1"), 300),
      at("5m", recorded("milliseconds", "reviews-v1"), 6000),
      at("5m", recorded("bucket", "reviews-v1", ',le="10"'), 100),
      at("5m", recorded("bucket", "reviews-v1", ',le="+Inf"'), 300 + 100),
    ],
  ],
  [
    "counters fall when a caller restarts, as those do that an analysis reads without rules",
    [
      at("5m15s", recorded("requests", "reviews-v1"), 0 + 1630),
      at("6m", recorded("requests", "reviews-v1"), 45 + 1720),
    ],
  ],
  [
    "a caller that is gone counts for an hour",
    [
      at("30m", recorded("requests", "reviews-v2"), 7 + 120 + 2),
      at("60m", recorded("requests", "reviews-v2"), 7 + 240 + 2),
      at("66m", recorded("requests", "reviews-v2"), 264 + 2),
    ],
  ],
  [
    "errors have no row before the first one, and are part of the requests",
    [
      { eval_time: "1m", expr: recorded("errors", "reviews-v2"), exp_samples: [] },
      at("30m", recorded("errors", "reviews-v2"), 2),
      { eval_time: "30m", expr: recorded("errors", "reviews-v1"), exp_samples: [] },
    ],
  ],
  ["the time of the newest sample is recorded with them", [at("30m", recorded("sampled_at", "reviews-v2"), 1800)]],
  ["rates are sums of the callers' rates", [at("5m", rounded, 3, ratedRow), at("20m", rounded, 3, ratedRow)]],
  [
    "rates do not leap when a caller restarts",
    // The first minute after it has three of four gains: 45 of 60 requests of this caller.
    [at("6m", rounded, 0.75 + 2, ratedRow)],
  ],
  [
    "a rate of the recorded sum would leap, which is why there is none",
    [
      at(
        "5m30s",
        `rate(${recorded("requests", "reviews-v1")}[1m]) > bool 25`,
        1,
        `{counter="requests",${row.slice(1)}`,
      ),
    ],
  ],
  [
    "the mean is over the requests of the last minute",
    [at("5m", "serin:request_duration_milliseconds:mean", 20, `serin:request_duration_milliseconds:mean${row}`)],
  ],
];

describe("Prometheus' recording rules", function () {
  this.timeout(30_000);
  let programs: Programs;
  let folder: ConfigFolder;

  before(async function () {
    this.timeout(coldTimeoutMs);
    programs = await findPrograms();
    folder = new ConfigFolder(configSettings, { ...ruleSettings, scrapeInterval: "15s" });
  });
  after(() => folder?.remove());

  function check(expectations: readonly Expectation[], series = callers): ReturnType<typeof outcomeOf> {
    const file = folder.write(
      "tests.yml",
      toYaml({
        rule_files: ["rules.yml"],
        evaluation_interval: "15s",
        tests: [{ interval: "15s", input_series: series, promql_expr_test: expectations }],
      }),
    );
    return outcomeOf(programs.promtool, "test", "rules", file);
  }

  for (const [name, expectations] of cases) {
    it(name, async () => {
      const { code, output } = await check(expectations);
      strictEqual(code, 0, output);
    });
  }

  it("are tested by something that fails", async () => {
    const { code, output } = await check([at("5m", recorded("requests", "reviews-v1"), 1)]);
    strictEqual(code, 1);
    match(output, /1\.9E\+03/);
  });
});

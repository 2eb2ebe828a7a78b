import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { defaultMetrics, parseMetricsConfig } from "../../../adapters/prometheus";
import { prometheusConfig, recordedMetrics, recordingRules, type PrometheusArgs } from "../../../components/prometheus";
import { diskBytes, retentionSize, sizeBytes } from "../../../components/prometheus/disk";
import { discoveryRights } from "../../../components/prometheus/discoveryRights";
import { durationMs } from "../../../components/prometheus/duration";
import { toYaml } from "../../../components/prometheus/prometheusConfig";
import { settingsOf } from "../../../components/prometheus/settings";
import { valueOf } from "../support/mocks";

describe("The parts of a Prometheus", () => {
  it("durations", () => {
    for (const [text, ms] of [
      ["15s", 15_000],
      ["1m30s", 90_000],
      ["500ms", 500],
      ["1h1ms", 3_600_001],
      ["2w", 14 * 86_400_000],
    ] as const) {
      strictEqual(durationMs(text), ms, text);
    }
  });

  it("disks", () => {
    for (const [disk, size] of [
      ["20Gi", "16384MB"],
      ["1T", "762939MB"],
      ["1.5Gi", "1228MB"],
      ["1M", "1MB"],
    ] as const) {
      strictEqual(retentionSize(disk), size, disk);
    }
    strictEqual(sizeBytes("16GB"), diskBytes("16Gi"));
  });

  it("rights: those of the roles that are asked for", () => {
    const get = ["get", "list", "watch"];
    deepStrictEqual(discoveryRights(), [{ apiGroups: [""], resources: ["pods"], verbs: get }]);
    deepStrictEqual(
      discoveryRights([
        { job_name: "a", kubernetes_sd_configs: [{ role: "endpointslice", attach_metadata: { node: true } }] },
        { job_name: "b", kubernetes_sd_configs: [{ role: "ingress" }, { role: "service" }] },
        { job_name: "c", static_configs: [] },
      ]),
      [
        { apiGroups: [""], resources: ["nodes", "pods", "services"], verbs: get },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: get },
        { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: get },
      ],
    );
  });

  it("rules: rates of four scrapes, at least of a minute, and of the namespaces asked for", () => {
    const rateOf = (scrapeInterval: string, namespaces?: string[]): string =>
      recordingRules({ scrapeInterval, rates: true, counters: false, buckets: true, namespaces }).groups[0]?.rules[0]
        ?.expr as string;
    const by = "sum by (destination_workload, destination_workload_namespace, response_code)";
    strictEqual(rateOf("15s"), `${by} (rate(istio_requests_total{reporter="source"}[60s]))`);
    strictEqual(
      rateOf("1m", ["shop", "bookinfo"]),
      `${by} (rate(istio_requests_total{reporter="source",destination_workload_namespace=~"bookinfo|shop"}[240s]))`,
    );
  });

  it("rules: counters are one rule, so that they are stored at once", () => {
    const { groups } = recordingRules({ scrapeInterval: "15s", rates: false, counters: true, buckets: true });
    strictEqual(groups.length, 1);
    strictEqual(groups[0]?.rules.length, 1);
    ok(groups[0]?.rules[0]?.expr.includes("_bucket"));
    const without = recordingRules({ scrapeInterval: "15s", rates: false, counters: true, buckets: false });
    ok(!without.groups[0]?.rules[0]?.expr.includes("_bucket"));
  });

  it("recorded metrics: the built-in ones, but for counters and age", () => {
    const metrics = parseMetricsConfig(recordedMetrics());
    const rest = ({ counts, freshnessTemplate, ...others }: (typeof metrics)[number]) => {
      ok(freshnessTemplate);
      return { direction: "lower", ...others, kind: counts?.kind };
    };
    deepStrictEqual(metrics.map(rest), defaultMetrics.map(rest));
    for (const { counts, freshnessTemplate } of metrics) {
      ok(freshnessTemplate?.includes("serin:counters:last"));
      if (counts?.kind === "percentile") ok(counts.buckets.includes("serin:counters:last"));
      else if (counts !== undefined) ok(counts.part.includes("serin:counters:last"));
    }
  });

  it("recorded metrics: percentiles from the callers' histograms where none are recorded", () => {
    const counts = parseMetricsConfig(recordedMetrics({ buckets: false })).map((metric) => metric.counts);
    deepStrictEqual(
      counts.filter((one) => one?.kind === "percentile"),
      defaultMetrics.map((metric) => metric.counts).filter((one) => one?.kind === "percentile"),
    );
  });

  it("any allowed arguments give a configuration, rules and settings", async () => {
    const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
    const names = fc.uniqueArray(name, { minLength: 1, maxLength: 3 });
    const interval = fc.integer({ min: 1, max: 300 }).map((seconds) => `${seconds}s`);
    const size = fc
      .tuple(fc.integer({ min: 1, max: 999 }), fc.constantFrom("Mi", "Gi", "Ti", "G"))
      .map((parts) => parts.join(""));
    const args: fc.Arbitrary<PrometheusArgs> = fc.record(
      {
        namespace: name,
        serviceName: name,
        replicas: fc.integer({ min: 1, max: 5 }),
        scrapeInterval: interval,
        evaluationInterval: interval,
        storage: fc.oneof(fc.constant(false as const), fc.record({ size, className: name }, { requiredKeys: [] })),
        istio: fc.record({ namespace: name }, { requiredKeys: [] }),
        keep: fc.constantFrom("all", "istio"),
        recordingRules: fc.record(
          { rates: fc.boolean(), counters: fc.boolean(), buckets: fc.boolean(), namespaces: names },
          { requiredKeys: [] },
        ),
        externalLabels: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/), fc.string(), {
          noNullPrototype: true,
        }),
        additionalScrapeConfigs: names.map((jobs) =>
          jobs.map((job) => ({ job_name: `job-${job}`, kubernetes_sd_configs: [{ role: "node" }] })),
        ),
        allowedNamespaces: names,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(args, async (given) => {
        const settings = settingsOf(given);
        const [config, rules, disk] = [
          await valueOf(settings.config),
          await valueOf(settings.rules),
          await valueOf(settings.disk),
        ];
        ok(config && rules && disk);
        deepStrictEqual(parse(toYaml(prometheusConfig(config))), prometheusConfig(config));
        deepStrictEqual(parse(toYaml(recordingRules(rules))), recordingRules(rules));
        const retention = await valueOf(settings.retention);
        ok(sizeBytes(retention?.size ?? "") <= Math.max(2 ** 20, diskBytes(disk.size)));
      }),
      { numRuns: 60 },
    );
  });
});

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { MetricsObservation } from "../../../engine";
import {
  defaultMetrics,
  observe,
  observeHistory,
  parseMetricsConfig,
  PrometheusClient,
} from "../../../adapters/prometheus";
import { recordedMetrics, type ConfigSettings } from "../../../components/prometheus";
import type { RuleSettings } from "../../../components/prometheus/recordingRules";
import { podsJob } from "../../../components/prometheus/scrapeConfigs";
import { flags, make } from "../../components/prometheus/make";
import {
  coldTimeoutMs,
  ConfigFolder,
  configSettings,
  eventually,
  findPrograms,
  get,
  outcomeOf,
  ruleSettings,
  startExporter,
  startPrometheus,
  type Exporter,
  type Programs,
  type Running,
} from "./support";

const versions = { baseline: "reviews-v1", candidate: "reviews-v2", namespace: "bookinfo" };

const argumentSets: readonly (readonly [string, Partial<ConfigSettings>, Partial<RuleSettings>])[] = [
  ["the least", {}, { rates: false, counters: false }],
  ["the defaults", { scrapeInterval: "15s", evaluationInterval: "15s" }, { counters: false }],
  [
    "Istio's metrics only, counters of two namespaces",
    { keep: "istio" },
    { namespaces: ["bookinfo", "shop"], buckets: false },
  ],
  [
    "everything",
    {
      scrapeInterval: "1m30s",
      evaluationInterval: "5m",
      istioNamespace: "mesh",
      externalLabels: { cluster: "eu-1" },
      additionalScrapeConfigs: [
        { job_name: "nodes", scrape_interval: "5m", kubernetes_sd_configs: [{ role: "node" }] },
      ],
      remoteWrite: [{ url: "https://long.example/write", basic_auth: { username: "serin", password: "no secret" } }],
    },
    { additionalRules: [{ name: "mine", interval: "1m", rules: [{ alert: "Down", expr: "up == 0", for: "5m" }] }] },
  ],
];

describe("Prometheus' configuration", function () {
  this.timeout(90_000);
  let programs: Programs;
  const folders: ConfigFolder[] = [];

  function folderFor(config: Partial<ConfigSettings> = {}, rules: Partial<RuleSettings> = {}): ConfigFolder {
    const folder = new ConfigFolder({ ...configSettings, ...config }, { ...ruleSettings, ...rules });
    folders.push(folder);
    return folder;
  }

  before(async function () {
    this.timeout(coldTimeoutMs);
    programs = await findPrograms();
  });
  after(async () => void (await Promise.all(folders.map((folder) => folder.remove()))));

  for (const [name, config, rules] of argumentSets) {
    it(`satisfies promtool: ${name}`, async () => {
      const folder = folderFor(config, rules);
      for (const [subject, file] of [
        ["config", "prometheus.yml"],
        ["rules", "rules.yml"],
      ] as const) {
        const { code, output } = await outcomeOf(programs.promtool, "check", subject, `${folder.path}/${file}`);
        strictEqual(code, 0, output);
      }
    });

    it(`is loaded: ${name}`, async () => {
      const prometheus = await startPrometheus(programs.prometheus, folderFor(config, rules));
      try {
        const { groups } = await get<{ groups: { name: string }[] }>(prometheus.url, "rules");
        const wanted = ["serin-rates", "serin-counters", "mine"].filter(
          (_, i) => [rules.rates ?? true, rules.counters ?? true, rules.additionalRules][i],
        );
        deepStrictEqual(groups.map((group) => group.name).sort(), wanted.sort());
      } finally {
        await prometheus.stop();
      }
    });
  }

  it("does not satisfy promtool with a broken rule, so that the checks mean something", async () => {
    const folder = folderFor({}, { additionalRules: [{ name: "mine", rules: [{ record: "a:b", expr: "sum(" }] }] });
    strictEqual((await outcomeOf(programs.promtool, "check", "rules", `${folder.path}/rules.yml`)).code, 1);
    strictEqual((await outcomeOf(programs.promtool, "check", "config", `${folder.path}/prometheus.yml`)).code, 1);
  });

  it("is taken over when it changes, rules too", async () => {
    const folder = folderFor();
    const flags = ["--enable-feature=auto-reload-config", "--config.auto-reload-interval=200ms"];
    const prometheus = await startPrometheus(programs.prometheus, folder, ...flags);
    try {
      folder.write("rules.yml", 'groups: [{ name: later, rules: [{ record: "a:b", expr: "1" }] }]');
      await eventually("the new rules are there", async () => {
        const { groups } = await get<{ groups: { name: string }[] }>(prometheus.url, "rules");
        return groups.length === 1 && groups[0]?.name === "later";
      });
    } finally {
      await prometheus.stop();
    }
  });

  it("is served at the paths of probes and releases with the flags of its pods, whatever people's address is", async () => {
    const made = await make({ storage: false, externalUrl: "https://metrics.example/prom" });
    const own = flags(made).filter((flag) => !/^--(config\.file|storage\.tsdb\.path)=/.test(flag));
    const prometheus = await startPrometheus(programs.prometheus, folderFor(), ...own);
    try {
      const given = await get<Readonly<Record<string, string>>>(prometheus.url, "status/flags");
      strictEqual(given["storage.tsdb.retention.size"], "8GiB");
      strictEqual(given["web.external-url"], "https://metrics.example/prom");
      strictEqual((await fetch(`${prometheus.url}/-/healthy`)).status, 200);
    } finally {
      await prometheus.stop();
    }
  });

  describe("finds pods by their annotations", () => {
    const pod = (ip: string, labels: Record<string, string> = {}, namespace = "bookinfo") => ({
      targets: [`${ip.includes(":") ? `[${ip}]` : ip}:8080`],
      labels: {
        __meta_kubernetes_namespace: namespace,
        __meta_kubernetes_pod_name: `pod-${ip}`,
        __meta_kubernetes_pod_ip: ip,
        __meta_kubernetes_pod_phase: "Running",
        ...labels,
      },
    });
    const annotated = (annotations: Record<string, string>) =>
      Object.fromEntries(
        Object.entries({ scrape: "true", ...annotations }).map(([name, value]) => [
          `__meta_kubernetes_pod_annotation_prometheus_io_${name}`,
          value,
        ]),
      );
    const merged = annotated({ port: "15020", path: "/stats/prometheus" });
    const cases: readonly (readonly [string, ReturnType<typeof pod>, string | undefined])[] = [
      ["a sidecar's merged metrics", pod("127.0.0.2", merged), "http://127.0.0.2:15020/stats/prometheus"],
      ["IPv6", pod("fd00::7", merged), "http://[fd00::7]:15020/stats/prometheus"],
      ["https", pod("127.0.0.3", annotated({ port: "1", scheme: "https" })), "https://127.0.0.3:1/metrics"],
      ["no port", pod("127.0.0.4", annotated({})), "http://127.0.0.4:8080/metrics"],
      ["no annotation", pod("127.0.0.5"), undefined],
      ["scrape: false", pod("127.0.0.6", annotated({ scrape: "false" })), undefined],
      ["a pod that has ended", pod("127.0.0.7", { ...merged, __meta_kubernetes_pod_phase: "Succeeded" }), undefined],
      [
        "istiod, which has a job of its own",
        pod("127.0.0.8", { ...merged, __meta_kubernetes_pod_label_app: "istiod" }, "istio-system"),
        undefined,
      ],
    ];
    type Target = { readonly scrapeUrl: string; readonly labels: Readonly<Record<string, string>> };
    let active: readonly Target[];

    before(async () => {
      const { kubernetes_sd_configs, ...job } = podsJob("istio-system", "all");
      ok(kubernetes_sd_configs);
      const relabelled = { ...job, job_name: "relabelled", static_configs: cases.map(([, target]) => target) };
      const prometheus = await startPrometheus(
        programs.prometheus,
        folderFor({ additionalScrapeConfigs: [relabelled] }),
      );
      try {
        await eventually("all pods were looked at", async () => {
          type Targets = { readonly activeTargets: Target[]; readonly droppedTargets: unknown[] };
          const { activeTargets, droppedTargets } = await get<Targets>(prometheus.url, "targets");
          active = activeTargets;
          return activeTargets.length + droppedTargets.length === cases.length;
        });
      } finally {
        await prometheus.stop();
      }
    });

    for (const [name, target, url] of cases) {
      it(name, () => {
        const pod = target.labels.__meta_kubernetes_pod_name;
        const found = active.filter(({ labels }) => labels["pod"] === pod);
        deepStrictEqual(
          found.map(({ scrapeUrl }) => scrapeUrl),
          url === undefined ? [] : [url],
        );
        for (const { labels } of found) {
          deepStrictEqual(Object.keys(labels).sort(), ["instance", "job", "namespace", "pod"]);
          strictEqual(labels["namespace"], "bookinfo");
        }
      });
    }
  });

  describe("gives Serin what it asks for", () => {
    let exporter: Exporter;
    let prometheus: Running;
    let client: PrometheusClient;
    const startedAt = Date.now();

    before(async () => {
      exporter = await startExporter();
      const [pods] = [podsJob("istio-system", "istio")];
      const job = {
        job_name: "exporter",
        static_configs: [{ targets: [exporter.url] }],
        metric_relabel_configs: pods["metric_relabel_configs"],
      };
      prometheus = await startPrometheus(programs.prometheus, folderFor({ additionalScrapeConfigs: [job] }));
      client = new PrometheusClient({ baseURL: prometheus.url });
    });
    after(async () => {
      await prometheus?.stop();
      await exporter?.stop();
    });

    const look = (metrics = defaultMetrics): Promise<MetricsObservation> =>
      observe(client, metrics, versions, startedAt, Date.now(), { counts: true });

    it("values, sample sizes and counters of all built-in metrics", async () => {
      await eventually("all metrics have values", async () => {
        const seen = await look();
        return seen.kind === "values" && seen.metrics.every(({ candidate }) => (candidate.value ?? 0) > 0);
      });
      const seen = await look();
      strictEqual(seen.kind, "values");
      if (seen.kind !== "values") return;
      strictEqual(seen.metrics.length, defaultMetrics.length);
      for (const { metric, baseline, candidate, counts } of seen.metrics) {
        ok((baseline.value ?? 0) > 0 && (candidate.value ?? 0) > 0, metric);
        ok(baseline.sampleSize > 0 && candidate.sampleSize > baseline.sampleSize, metric);
        ok(metric === "iter8_error_count" || (counts?.candidate.requests ?? 0) > 0, metric);
      }
    });

    it("the past of the baseline", async () => {
      let past = await observeHistory(client, defaultMetrics, versions, Date.now(), { windowMs: 1000, windows: 5 });
      await eventually("there is a past", async () => {
        past = await observeHistory(client, defaultMetrics, versions, Date.now(), { windowMs: 1000, windows: 5 });
        return past.histories.filter((one) => (one?.windows.length ?? 0) > 0).length === 4;
      });
      deepStrictEqual(past.notes, []);
    });

    it("nothing that keep: istio leaves out", async () => {
      const { result } = await get<{ result: unknown[] }>(prometheus.url, "query?query=mine_total");
      deepStrictEqual(result, []);
      const { result: kept } = await get<{ result: unknown[] }>(prometheus.url, "query?query=istio_requests_total");
      strictEqual(kept.length, 16);
    });

    it("the same counters and the same age from the recorded ones", async () => {
      const recorded = parseMetricsConfig(recordedMetrics());
      exporter.isGrowing = false;
      const countsOf = (seen: MetricsObservation): unknown =>
        seen.kind === "values" ? seen.metrics.map(({ counts }) => counts && { ...counts, at: undefined }) : undefined;
      await eventually("what is recorded has caught up", async () => {
        const [raw, rule] = [countsOf(await look()), countsOf(await look(recorded))];
        return raw !== undefined && JSON.stringify(raw) === JSON.stringify(rule);
      });
      const seen = await look(recorded);
      strictEqual(seen.kind, "values");
      if (seen.kind !== "values") return;
      ok(seen.metrics.filter(({ counts }) => (counts?.baseline.requests ?? 0) > 0).length === 4);
      const ageMs = Date.now() - (seen.metrics[0]?.counts?.at ?? 0);
      ok(ageMs >= 0 && ageMs < 10_000, `${ageMs} ms`);
      const past = await observeHistory(client, recorded, versions, Date.now(), { windowMs: 1000, windows: 5 });
      strictEqual(past.histories.filter((one) => one !== undefined).length, 4);
    });

    it("rates for dashboards", async () => {
      const rows = async (query: string): Promise<number> =>
        (await get<{ result: unknown[] }>(prometheus.url, `query?query=${encodeURIComponent(query)}`)).result.length;
      await eventually("rates are recorded", async () => (await rows("serin:requests:rate > 0")) > 0);
      strictEqual(await rows("serin:requests:rate"), 4);
      strictEqual(await rows("serin:request_duration_milliseconds:mean"), 2);
    });
  });
});

import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PrometheusArgs } from "../../../components/prometheus";
import { inlineSecrets } from "../../../components/prometheus/inlineSecrets";
import { settingsOf } from "../../../components/prometheus/settings";
import { make } from "./make";

const interval = "must be from 1s to 5m";
const rules = [{ record: "a:b", expr: "1" }];

const refused: readonly (readonly [string, unknown, string])[] = [
  ["namespace", "Istio System", "(Istio System): must be a name of at most 63"],
  ["createNamespace", "yes", "(yes): must be true or false"],
  ["serviceName", "", "(): must be a name of at most 63"],
  ["image", "prom prometheus", "(prom prometheus): must be an image"],
  ["replicas", 0, "(0): must be a whole number from 1 to 5"],
  ["replicas", 1.5, "(1.5): must be a whole number from 1 to 5"],
  ["scrapeInterval", "15", "(15): must be a duration"],
  ["scrapeInterval", "500ms", `(500ms): ${interval}`],
  ["scrapeInterval", "5m1s", `(5m1s): ${interval}`],
  ["evaluationInterval", "10m", `(10m): ${interval}`],
  ["retention", { time: "1h" }, "retention.time' (1h): must be at least 2h"],
  ["retention", { size: "10Gi" }, "retention.size' (10Gi): must be a size such as 16GB"],
  ["retention", { size: "30GB" }, "retention.size' (30GB): must be at most the size of the disk, 20Gi"],
  ["retention", { days: 3 }, "retention' (days): is not an argument"],
  ["retention", "15d", "retention' (15d): must be an object"],
  ["storage", { sizes: "1Gi" }, "storage' (sizes): is not an argument"],
  ["storage", { className: "" }, "storage.className' (): must not be empty"],
  ["storage", true, "(true): must be false, or { size, className, onDestroy }"],
  ["storage", { size: "big" }, "storage.size' (big): must be a size such as 20Gi"],
  ["istio", { namespace: "A" }, "istio.namespace' (A): must be a name"],
  ["keep", "none", "(none): must be one of all, istio"],
  ["recordingRules", { counters: "yes" }, "recordingRules.counters' (yes): must be true or false"],
  ["recordingRules", { namespaces: [] }, "recordingRules.namespaces' ([]): must have at least one namespace"],
  ["recordingRules", { all: true }, "recordingRules' (all): is not an argument"],
  ["additionalScrapeConfigs", [{}], "additionalScrapeConfigs.0.job_name' (missing): must be text"],
  [
    "additionalScrapeConfigs",
    [{ job_name: "pods" }],
    "0.job_name' (pods): must be another name than Serin's own (pods, istiod)",
  ],
  [
    "additionalScrapeConfigs",
    [{ job_name: "a" }, { job_name: "a" }],
    "additionalScrapeConfigs.1.job_name' (a): must be a name that no other one has",
  ],
  ["additionalRules", [{ name: "serin-rates", rules }], "0.name' (serin-rates): must be another name"],
  ["additionalRules", [{ name: "a", rules: [] }], "0.rules' ([]): must have at least one rule"],
  ["additionalRules", [{ name: "a", rules: [{ expr: "1" }] }], "must have either record or alert"],
  ["additionalRules", [{ name: "a", rules: [{ record: "b", expr: "" }] }], "0.rules.0.expr' (): must be PromQL"],
  ["additionalRules", [{ name: "a", interval: "soon", rules }], "0.interval' (soon): must be a duration"],
  ["externalLabels", { "a-b": "c" }, "must be labels with names of letters, digits and '_'"],
  ["externalLabels", { a: 1 }, "externalLabels.a' (1): must be text"],
  ["remoteWrite", [{ url: "ftp://a" }], "remoteWrite.0.url' (ftp://a): must be a URL"],
  ["secrets", ["A"], "secrets.0' (A): must be a name"],
  ["externalUrl", "metrics.example", "(metrics.example): must be a URL"],
  ["allowedNamespaces", [], "([]): must have at least one namespace"],
];

describe("What a Prometheus refuses", function () {
  this.timeout(30_000);

  for (const [field, value, message] of refused) {
    it(`${field}: ${JSON.stringify(value)}`, () => {
      throws(
        () => settingsOf({ [field]: value } as PrometheusArgs),
        (error: Error) => {
          ok(error.message.startsWith(`Prometheus '${field}`), error.message);
          ok(error.message.includes(message), error.message);
          return pulumi.RunError.isInstance(error);
        },
      );
    });
  }

  it("a retention that does not fit on a disk which is given, too, or lost with the pod", () => {
    const retention = { size: "11GB" };
    throws(() => settingsOf({ retention, storage: { size: "10Gi" } }), /must be at most the size of the disk, 10Gi/);
    throws(() => settingsOf({ retention, storage: false }), /must be at most the size of the disk, 10Gi/);
    settingsOf({ retention, storage: { size: "12Gi" } });
  });

  it("a value that is known later, as soon as it is", async () => {
    const keep = pulumi.output(Promise.resolve("none")) as unknown as pulumi.Output<"all">;
    const { config } = settingsOf({ keep });
    await rejects((config as unknown as { promise(): Promise<unknown> }).promise(), /'keep' \(none\): must be one of/);
  });

  it("secrets in clear text, without showing them", () => {
    const basic_auth = { username: "serin", password: "hunter2" };
    const cases: readonly (readonly [PrometheusArgs, string])[] = [
      [{ remoteWrite: [{ url: "https://a", basic_auth }] }, "remoteWrite.0.basic_auth.password"],
      [{ remoteWrite: [{ url: "https://serin:hunter2@a" }] }, "remoteWrite.0.url"],
      [
        { additionalScrapeConfigs: [{ job_name: "a", authorization: { credentials: "hunter2" } }] },
        "additionalScrapeConfigs.0.authorization.credentials",
      ],
      [
        { additionalScrapeConfigs: [{ job_name: "a", tls_config: { key: "hunter2" } }] },
        "additionalScrapeConfigs.0.tls_config.key",
      ],
    ];
    for (const [args, where] of cases) {
      throws(
        () => settingsOf(args),
        (error: Error) => {
          ok(error.message.includes(`'${where}' (not shown): must not be a secret in clear text`), error.message);
          return !error.message.includes("hunter2");
        },
      );
    }
  });

  it("no names of files, users, or keys of other things", () => {
    deepStrictEqual(
      inlineSecrets({
        basic_auth: { username: "serin", password_file: "/etc/prometheus-secrets/remote/password" },
        authorization: { credentials_file: "/etc/prometheus-secrets/remote/token" },
        params: { key: "value" },
        url: "https://a.example/b@c:d",
        later: pulumi.output({ password: "x" }),
      }),
      [],
    );
  });

  it("an existing one with arguments of one that is installed", async () => {
    await rejects(
      make({ existing: { url: "http://a" }, scrapeInterval: "10s" }),
      /Prometheus 'scrapeInterval': is not for an 'existing' one; allowed: externalUrl/,
    );
    await rejects(make({ existing: { url: "a" } }), /Prometheus 'existing\.url' \(a\): must be a URL/);
    await rejects(make({ existing: { url: "http://a" }, externalUrl: "b" }), /Prometheus 'externalUrl' \(b\): must be/);
  });

  it("before anything is registered", async () => {
    const { Mocks } = await import("../support/mocks");
    const { Prometheus } = await import("../../../components/prometheus");
    const mocks = await Mocks.start();
    throws(() => new Prometheus("metrics", { replicas: 0 }), pulumi.RunError);
    await mocks.run(() => undefined);
    strictEqual(mocks.resources.filter(({ parent }) => parent !== undefined).length, 0);
  });
});

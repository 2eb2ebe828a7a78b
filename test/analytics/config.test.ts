import assert from "node:assert/strict";
import { ConfigError, readConfig, type Flags } from "../../analytics";

type Env = Readonly<Record<string, string>>;

function noFile(): never {
  throw Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" });
}

const config = (flags: Flags = {}, env: Env = {}, file?: string) =>
  readConfig(flags, env, file === undefined ? noFile : () => file);

function refusal(flags: Flags = {}, env: Env = {}, file?: string): string {
  try {
    config(flags, env, file);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  assert.fail("it was not refused");
}

const FILE = `
port: 9000
metricsBackend:
  type: prometheus
  url: https://file:9090
  auth:
    type: basic
    username: internal
    password: pa55
    insecure_skip_verify: false
`;

describe("the configuration of the analytics service", () => {
  it("has Iter8's defaults", () => {
    assert.deepEqual(config(), {
      host: "0.0.0.0",
      port: 8080,
      prometheus: { baseURL: "http://prometheus.istio-system:9090", auth: undefined },
      token: undefined,
      logLevel: "info",
      logFormat: "json",
      limits: { bodyBytes: 1048576, queryMs: 10000, queries: 16 },
      warnings: [],
    });
  });

  it("comes from Iter8's file", () => {
    const { port, prometheus } = config({}, {}, FILE);
    assert.equal(port, 9000);
    assert.deepEqual(prometheus, {
      baseURL: "https://file:9090",
      auth: { kind: "basic", username: "internal", password: "pa55" },
    });
  });

  it("takes a variable rather than the file, and a flag rather than a variable", () => {
    const env = {
      ITER8_ANALYTICS_SERVER_PORT: "9001",
      ITER8_ANALYTICS_METRICS_BACKEND_URL: "http://env:9090",
      ITER8_ANALYTICS_LOG_LEVEL: "WARNING",
      ITER8_ANALYTICS_DEBUG: "true",
      SERIN_ANALYTICS_TOKEN: "t",
    };
    const some = config({}, env, FILE);
    assert.deepEqual(
      [some.host, some.port, some.prometheus.baseURL, some.logLevel, some.token],
      ["0.0.0.0", 9001, "http://env:9090", "warn", { text: "t" }],
    );
    assert.equal(some.prometheus.auth?.kind, "basic");
    const flags = {
      listen: "[::1]:9002",
      prometheusUrl: "http://flag",
      logLevel: "error",
      logFormat: "text",
      tokenFile: "f",
      bodyLimit: "5",
      queryTimeout: "1m30s",
      maxQueries: "2",
    };
    assert.deepEqual(config(flags, env, FILE), {
      ...some,
      host: "::1",
      port: 9002,
      prometheus: { ...some.prometheus, baseURL: "http://flag" },
      logLevel: "error",
      logFormat: "text",
      token: { file: "f" },
      limits: { bodyBytes: 5, queryMs: 90000, queries: 2 },
    });
  });

  for (const [env, level] of [
    [{ ITER8_ANALYTICS_DEBUG: "1" }, "debug"],
    [{ ITER8_ANALYTICS_DEBUG: "False" }, "info"],
    [{ ITER8_ANALYTICS_DEBUG: "" }, "info"],
    [{ ITER8_ANALYTICS_LOG_LEVEL: "critical" }, "fatal"],
  ] as const) {
    it(`has the log level ${level} with ${JSON.stringify(env)}`, () => assert.equal(config({}, env).logLevel, level));
  }

  it("reads the file that the flag names, else the variable's, else config.yaml", () => {
    const read: string[] = [];
    const reader = (path: string) => {
      read.push(path);
      return "";
    };
    const env = { METRICS_BACKEND_CONFIGFILE: "env.yaml" };
    for (const [flags, variables] of [
      [{ config: "flag.yaml" }, env],
      [{}, env],
      [{}, {}],
    ] as const) {
      readConfig(flags, variables, reader);
    }
    assert.deepEqual(read, ["flag.yaml", "env.yaml", "config.yaml"]);
  });

  it("may have the name of Iter8's Helm value for the authentication, and empty members", () => {
    const { prometheus, warnings } = config(
      {},
      {},
      "metricsBackend:\n  url:\n  authentication: {type: basic, username: u, password: p, ca_file: /ca, token: x}",
    );
    assert.deepEqual(prometheus.auth, { kind: "basic", username: "u", password: "p" });
    assert.deepEqual(warnings, [
      "'metricsBackend.auth.ca_file' in config.yaml has no effect, as in Iter8",
      "'metricsBackend.auth.token' in config.yaml has no effect, as in Iter8",
    ]);
  });

  it("ignores a user and a password of the type none", () => {
    assert.equal(config({}, {}, "metricsBackend: {auth: {type: none, username: u}}").prometheus.auth, undefined);
  });

  it("tells that data is not captured", () => {
    assert.deepEqual(config({}, { ITER8_DATA_CAPTURE_MODE: "false" }).warnings, []);
    assert.match(config({}, { ITER8_DATA_CAPTURE_MODE: "true" }).warnings.join(), /\(true\) has no effect/);
  });

  for (const [flags, message] of [
    [{ listen: "8080" }, /^option '--listen' \(8080\) must be a host and a port/],
    [{ listen: "h:65536" }, /^option '--listen' \(h:65536\)/],
    [{ prometheusUrl: "ftp://u:pa55@h" }, /^option '--prometheus-url': 'ftp:\/\/h' is not the URL of a Prometheus/],
    [{ logLevel: "loud" }, /^option '--log-level' \(loud\) must be one of trace, debug/],
    [{ logFormat: "xml" }, /^option '--log-format' \(xml\) must be one of json, text/],
    [{ bodyLimit: "0" }, /^option '--body-limit' \(0\) must be a whole number, at least 1/],
    [{ maxQueries: "1.5" }, /^option '--max-queries' \(1.5\) must be/],
    [{ queryTimeout: "10" }, /^option '--query-timeout' \(10\) must be a duration/],
    [{ queryTimeout: "9000h" }, /^option '--query-timeout' \(9000h\) must be .* shorter than 24 days/],
    [{ config: "gone.yaml" }, /^option '--config' \(gone.yaml\) cannot be read: ENOENT/],
  ] as const) {
    it(`is refused with the flags ${JSON.stringify(flags)}`, () => assert.match(refusal(flags), message));
  }

  for (const [env, message] of [
    [{ ITER8_ANALYTICS_SERVER_PORT: "http" }, /^ITER8_ANALYTICS_SERVER_PORT \(http\) must be a port/],
    [{ ITER8_ANALYTICS_METRICS_BACKEND_URL: "prom" }, /^ITER8_ANALYTICS_METRICS_BACKEND_URL: 'prom' is not the URL/],
    [{ ITER8_ANALYTICS_LOG_LEVEL: "toString" }, /^ITER8_ANALYTICS_LOG_LEVEL \(toString\) must be one of debug, info/],
    [{ ITER8_ANALYTICS_DEBUG: "maybe" }, /^ITER8_ANALYTICS_DEBUG \(maybe\) must be true, false/],
    [{ METRICS_BACKEND_CONFIGFILE: "gone" }, /^METRICS_BACKEND_CONFIGFILE \(gone\) cannot be read/],
    [{ SERIN_ANALYTICS_TOKEN: "two words" }, /^SERIN_ANALYTICS_TOKEN: the token must be ASCII/],
  ] as const) {
    it(`is refused with ${JSON.stringify(env)}`, () => assert.match(refusal({}, env), message));
  }

  for (const [file, message] of [
    ["- 1", /^config.yaml: the file must be an object$/],
    ["port: 70000", /'port' \(70000\) must be a port/],
    ["prot: 1", /^config.yaml: 'prot' is not a setting of iter8-analytics$/],
    ["metricsBackend: {url: 5}", /'metricsBackend.url' \(5\) must be text/],
    ["metricsBackend: {url: x}", /^'metricsBackend.url': 'x' is not the URL/],
    ["metricsBackend: {type: newrelic}", /'metricsBackend.type' \(newrelic\) must be prometheus/],
    ["metricsBackend: {auth: {type: bearer}}", /'metricsBackend.auth.type' \(bearer\) must be none or basic/],
    ["metricsBackend: {auth: {tpye: none}}", /'metricsBackend.auth.tpye' is not a setting/],
    ["metricsBackend: {auth: {type: basic}}", /'metricsBackend.auth.username' is needed for the type basic/],
    ["metricsBackend: {auth: {type: basic, username: u}}", /'metricsBackend.auth.password' is needed/],
    ["metricsBackend: {auth: {insecure_skip_verify: true}}", /insecure_skip_verify' \(true\) is not supported:/],
    ["metricsBackend: {auth: {}, authentication: {}}", /may have 'auth' or 'authentication', not both/],
    ["a: [", /^config.yaml is not YAML: /],
  ] as const) {
    it(`is refused with the file ${file}`, () => assert.match(refusal({}, {}, file), message));
  }

  it("never shows a password or a token", () => {
    for (const file of [
      "metricsBackend: {auth: {type: basic, password: {a: pa55}}}",
      "metricsBackend: {auth: {password: [pa55]}}",
      "metricsBackend: {auth: {token: [pa55]}}",
      "metricsBackend: {auth: {password: 7755}}",
      "metricsBackend:\n  auth: {password: pa55",
      "metricsBackend: {url: 'ftp://user:pa55@host'}",
    ]) {
      assert.doesNotMatch(refusal({}, {}, file), /pa55|7755/);
    }
  });
});

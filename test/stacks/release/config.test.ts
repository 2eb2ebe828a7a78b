import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { parse } from "yaml";
import { validate } from "../../../provider/validation";
import { readConfig, releaseArgs, tagOf } from "../../../stacks/release/config";

const PROJECT = "serin-release";
const CRITERIA = JSON.stringify([{ metric: "iter8_latency", threshold: 200 }]);
const GOOD = { service: "reviews", image: "reviews:v3", criteria: CRITERIA };

/** The configuration as Pulumi hands it over: every value a text, every key with its project. */
function configured(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${PROJECT}:${key}`, value]));
}

function read(values: Record<string, string>) {
  return readConfig(PROJECT, configured(values));
}

describe("the release program's configuration", () => {
  it("has defaults, and passes the rest on as it is", () => {
    const config = read({ ...GOOD, traffic: '{"step":5}', gracePeriod: "1m", propagation: "5s" });
    deepStrictEqual([config.namespace, config.port, config.podAnnotations], ["default", 8080, {}]);
    deepStrictEqual(config.traffic, { step: 5 });
    deepStrictEqual([config.gracePeriod, config.propagation], ["1m", "5s"]);
  });

  it("leaves other projects' keys alone", () => {
    const all = { ...configured(GOOD), "aws:region": "x", "pulumi:tags": "{}" };
    strictEqual(readConfig(PROJECT, all).service, "reviews");
  });

  it("takes numbers for text where text is meant", () => {
    const config = read({ ...GOOD, attempt: "2", image: "123" });
    deepStrictEqual([config.attempt, config.image], ["2", "123"]);
  });

  const refused: [name: string, values: Record<string, string | undefined>, words: string[]][] = [
    ["an unknown key", { sevrice: "x" }, ["'sevrice' (x) is not known; known are service, namespace, image"]],
    ["two unknown keys", { a: "1", b: "2" }, ["'a' (1) is not known", "'b' (2) is not known"]],
    ["no service", { service: undefined }, ["'service' (missing)"]],
    ["neither image nor versions", { image: undefined }, ["give either 'image', or 'baseline' and 'candidate'"]],
    ["no criteria", { criteria: undefined }, ["'criteria' (missing)"]],
    ["a port that is none", { port: "90800" }, ["'port' (90800)"]],
    ["a port that is no number", { port: "http" }, ["'port' (http)"]],
    ["half a pod", { replicas: "1.5" }, ["'replicas' (1.5)"]],
    ["no pod", { replicas: "0" }, ["'replicas' (0)"]],
    ["an unknown way to fail", { onRollback: "ignore" }, ["'onRollback' (ignore)"]],
    ["an unknown way to end", { onDestroy: "burn" }, ["'onDestroy' (burn)"]],
    ["a number for a duration", { maxStall: "5" }, ["'maxStall' (5)"]],
  ];
  for (const [name, values, words] of refused) {
    it(`refuses ${name}, by its name`, () => {
      const all = Object.entries({ ...GOOD, ...values }).filter(([, value]) => value !== undefined);
      throws(
        () => read(Object.fromEntries(all) as Record<string, string>),
        (error) => {
          ok(RunError.isInstance(error));
          ok(error.message.startsWith(`Configuration of ${PROJECT}: `), error.message);
          for (const part of words) ok(error.message.includes(part), error.message);
          return true;
        },
      );
    });
  }

  for (const stack of ["sandbox", "staging", "production"]) {
    it(`of ${stack} makes a release that can be made`, () => {
      const file = join(__dirname, `../../../stacks/release/Pulumi.${stack}.yaml`);
      const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
      const texts = Object.entries(config).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
      const all = { ...configured({ service: "reviews", image: "reviews:v3" }), ...Object.fromEntries(texts) };
      const args = { ...releaseArgs(readConfig(PROJECT, all)), onRollback: undefined };
      deepStrictEqual(validate(JSON.parse(JSON.stringify(args))), []);
    });
  }
});

describe("releaseArgs", () => {
  it("makes the workload of an image", () => {
    const args = releaseArgs(read({ ...GOOD, port: "9080", replicas: "2", podAnnotations: '{"a":1,"b":true}' }));
    deepStrictEqual(JSON.parse(JSON.stringify(args.workload)), {
      replicas: 2,
      ports: [{ name: "http", port: 9080, targetPort: 9080 }],
      template: {
        metadata: { labels: { app: "reviews", version: "v3" }, annotations: { a: "1", b: "true" } },
        spec: { containers: [{ name: "reviews", image: "reviews:v3", ports: [{ containerPort: 9080 }] }] },
      },
    });
  });
});

describe("tagOf", () => {
  const cases: [image: string, tag: string][] = [
    ["reviews:v3", "v3"],
    ["registry.example:5000/reviews:v3", "v3"],
    ["registry.example:5000/reviews", "latest"],
    ["reviews", "latest"],
    ["reviews:v3@sha256:0123456789abcdef", "v3"],
    ["reviews@sha256:0123456789abcdef", "0123456789ab"],
    [`reviews:${"a".repeat(80)}`, "a".repeat(63)],
    ["reviews:v3-", "v3"],
  ];
  for (const [image, tag] of cases)
    it(`${image.slice(0, 50)}: ${tag.slice(0, 20)}`, () => strictEqual(tagOf(image), tag));
});

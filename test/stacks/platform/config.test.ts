import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { parse } from "yaml";
import { readConfig } from "../../../stacks/platform/config";

const PROJECT = "serin-platform";
const FOLDER = join(__dirname, "..", "..", "..", "stacks", "platform");
const GOOD = { controller: { image: "registry.example/serin:0.1.0" } };

/** The configuration as Pulumi hands it over: structured values as JSON, every key with its project. */
function read(values: Readonly<Record<string, unknown>>) {
  const all = Object.entries(values).map(([key, value]) => [`${PROJECT}:${key}`, JSON.stringify(value)]);
  return readConfig(PROJECT, Object.fromEntries(all) as Record<string, string>);
}

describe("the platform's configuration", () => {
  it("installs Istio, Prometheus and the controller, and no Tekton, where it doesn't say", () => {
    deepStrictEqual(read(GOOD), {
      istio: { mode: "install", args: {} },
      prometheus: { mode: "install", args: {} },
      tekton: { mode: "omit" },
      controller: { mode: "install", args: GOOD.controller },
      namespaces: {},
    });
  });

  it("takes parts that are there already, and leaves parts out", () => {
    const { istio, prometheus, controller } = read({
      istio: { mode: "adopt", revision: "1-29" },
      prometheus: {
        mode: "adopt",
        url: "http://prometheus.monitoring:9090",
        externalUrl: "https://prometheus.example",
      },
      controller: { mode: "omit" },
    });
    deepStrictEqual(istio, { mode: "adopt", args: { revision: "1-29" } });
    strictEqual(prometheus.mode, "adopt");
    strictEqual(controller.mode, "omit");
  });

  for (const environment of ["sandbox", "staging", "production"]) {
    it(`is right for the environment ${environment}`, () => {
      const { config } = parse(readFileSync(join(FOLDER, `Pulumi.${environment}.yaml`), "utf8")) as {
        config: Record<string, unknown>;
      };
      const all = Object.entries(config).map(([key, value]) => [key, JSON.stringify(value)]);
      strictEqual(readConfig(PROJECT, Object.fromEntries(all) as Record<string, string>).controller.mode, "install");
    });
  }

  const refused: [name: string, values: Record<string, unknown>, words: string[]][] = [
    ["an unknown part", { ...GOOD, istoi: {} }, ["'istoi' ({}) is not known; known are istio, prometheus, tekton"]],
    ["an unknown member", { ...GOOD, istio: { verison: "1" } }, ["'istio.verison' is not known"]],
    ["an unknown mode", { ...GOOD, tekton: { mode: "maybe" } }, ["'tekton.mode'", "must be install, adopt or omit"]],
    ["an argument beside omit", { ...GOOD, tekton: { mode: "omit", pipelines: {} } }, ["'tekton.pipelines'"]],
    ["no controller", {}, ["'controller' (missing)"]],
    ["no image", { controller: {} }, ["'controller.image'", "is needed, a text"]],
    ["an adopted Prometheus without URL", { ...GOOD, prometheus: { mode: "adopt" } }, ["'prometheus.url'"]],
    ["an unknown member of a namespace", { ...GOOD, namespaces: { shop: { taem: [] } } }, ["'namespaces.shop.taem'"]],
  ];
  for (const [name, values, words] of refused) {
    it(`refuses ${name}, by its name`, () => {
      throws(
        () => read(values),
        (error) => {
          ok(RunError.isInstance(error));
          for (const word of words) ok(error.message.includes(word), error.message);
          return true;
        },
      );
    });
  }
});

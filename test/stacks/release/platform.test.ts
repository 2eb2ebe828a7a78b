import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { type Outputs, platformSettings } from "../../../stacks/release/platform";

const NAME = "organization/serin-platform/production";
const outputs = {
  prometheusUrl: "http://prometheus.istio-system:9090",
  prometheusExternalUrl: "https://prometheus.example",
  controllerNamespace: "iter8",
};

const stack = (values: Readonly<Record<string, unknown>>): Outputs => ({
  getOutputDetails: (name) => Promise.resolve({ value: values[name] }),
});

/** The value of an output, or why there is none. */
const valueOf = (input: pulumi.Input<string> | undefined): Promise<string | undefined> =>
  (input as unknown as { promise?: () => Promise<string> } | undefined)?.promise?.() ??
  Promise.resolve(input as string | undefined);

describe("what a release takes from its platform", () => {
  const found = async (driver: "controller" | "pulumi" | undefined, values: Record<string, unknown> = outputs) => {
    const { prometheusUrl, controllerNamespace } = platformSettings(NAME, { driver }, stack(values));
    return [await valueOf(prometheusUrl), await valueOf(controllerNamespace)];
  };

  it("is Prometheus as seen from outside where `pulumi up` drives", async () => {
    deepStrictEqual(await found("pulumi"), ["https://prometheus.example", undefined]);
    deepStrictEqual(await found(undefined, { ...outputs, controllerNamespace: "" }), [
      "https://prometheus.example",
      undefined,
    ]);
  });

  it("is Prometheus as seen from inside, and the controller, where that drives", async () => {
    const inside = ["http://prometheus.istio-system:9090", "iter8"];
    deepStrictEqual(await found("controller"), inside);
    deepStrictEqual(await found(undefined), inside);
  });

  it("is not asked for where the release's own configuration has it", async () => {
    const given = { prometheusUrl: "http://own:9090", controllerNamespace: "own", driver: "pulumi" } as const;
    const { prometheusUrl } = platformSettings(NAME, given, stack({}));
    strictEqual(await valueOf(prometheusUrl), "http://own:9090");
  });

  const lacks: [missing: string, driver: "controller" | "pulumi", words: RegExp][] = [
    ["prometheusExternalUrl", "pulumi", /has no output 'prometheusExternalUrl': install or adopt a Prometheus there/],
    ["prometheusUrl", "controller", /has no output 'prometheusUrl': install or adopt a Prometheus there/],
    ["controllerNamespace", "controller", /has no output 'controllerNamespace': install or adopt a controller there/],
  ];
  for (const [missing, driver, words] of lacks) {
    it(`fails without ${missing}, naming it and what can be done`, async () => {
      const found = platformSettings(NAME, { driver }, stack({ ...outputs, [missing]: "" }));
      const lacking = missing === "controllerNamespace" ? found.controllerNamespace : found.prometheusUrl;
      await rejects(valueOf(lacking), words);
    });
  }
});

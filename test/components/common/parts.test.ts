import { deepStrictEqual as equal } from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../../../components/common/children";
import { versionOf } from "../../../components/common/image";
import { recommendedLabels } from "../../../components/common/labels";
import { placementSpec } from "../../../components/common/placement";
import { Mocks } from "../support/mocks";

describe("versionOf", () => {
  const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
  for (const [image, version] of [
    ["serin:0.1.0", "0.1.0"],
    ["registry.example:5000/team/serin:0.1.0-rc.1", "0.1.0-rc.1"],
    [`serin:0.1.0@${digest}`, "0.1.0"],
    [`registry.example:5000/serin@${digest}`, "0123456789ab"],
    ["registry.example:5000/serin", "latest"],
    ["serin", "latest"],
    [`serin:${"a".repeat(128)}`, "a".repeat(63)],
  ] as const) {
    it(`${image.slice(0, 60)} is ${version.slice(0, 20)}`, () => equal(versionOf(image), version));
  }
});

describe("placementSpec", () => {
  it("is nothing by default, and what is asked for otherwise", () => {
    equal(placementSpec(), {});
    equal(placementSpec({ nodeSelector: undefined }), {});
    const all = {
      nodeSelector: { pool: "a" },
      tolerations: [{ key: "a", operator: "Exists" }],
      priorityClassName: "high",
    };
    equal(placementSpec(all), all);
    equal(placementSpec({ priorityClassName: "high" }), { priorityClassName: "high" });
  });
});

describe("recommendedLabels", () => {
  it("have no version, which would change what stays as it is", () => {
    equal(recommendedLabels("prometheus", "metrics"), {
      "app.kubernetes.io/name": "prometheus",
      "app.kubernetes.io/component": "metrics",
      "app.kubernetes.io/part-of": "serin",
      "app.kubernetes.io/managed-by": "pulumi",
    });
  });
});

describe("childOptions", () => {
  /** Names of what a child waits for, made with what its component depends on. */
  async function order(dependsOn?: "one" | "list"): Promise<readonly string[]> {
    const mocks = await Mocks.start();
    await mocks.run(() => {
      const [first, second] = ["first", "second"].map((name) => new k8s.core.v1.ConfigMap(name, {}));
      const sibling = new k8s.core.v1.ConfigMap("sibling", {});
      const opts: pulumi.ComponentResourceOptions = {
        ...(dependsOn === "one" ? { dependsOn: first } : {}),
        ...(dependsOn === "list" ? { dependsOn: [first, second] as pulumi.Resource[] } : {}),
      };
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent", {}, opts);
      new k8s.core.v1.ConfigMap("child", {}, childOptions(parent, opts, undefined, sibling));
    });
    const { parent, dependsOn: names } = mocks.named("child");
    equal(parent, "parent");
    return [...names].sort();
  }

  it("are the parent, and what is before the child and its component", async () => {
    equal(await order(), ["sibling"]);
    equal(await order("one"), ["first", "sibling"]);
    equal(await order("list"), ["first", "second", "sibling"]);
  });

  it("have no dependencies where there are none", async () => {
    const mocks = await Mocks.start();
    await mocks.run(() => {
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent", {});
      equal(childOptions(parent, undefined, undefined), { parent });
    });
  });
});

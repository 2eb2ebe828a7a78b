import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { DEPLOYMENTS, SERVICES } from "../../adapters/kubernetes/paths";
import { destinationRule, deployment, NAMESPACE, SERVICE, versionLabels, virtualService } from "../support/objects";
import { DIED, inputs, nameOf, Stage } from "./stage";

describe("withdraw", function () {
  this.timeout(60_000);
  let stage: Stage;
  beforeEach(() => (stage = new Stage()));
  afterEach(() => stage.close());

  it("keeps the version that serves, its Service and its route", async () => {
    await stage.release(inputs("reviews:v1"));
    await stage.release(inputs("reviews:v2"));
    await stage.withdraw(inputs("reviews:v2"));
    deepStrictEqual(stage.deployments, [nameOf("reviews:v2")]);
    strictEqual(await stage.serving(), nameOf("reviews:v2"));
    strictEqual(stage.api.all(SERVICES).length, 1);
    deepStrictEqual(stage.experiments, []);
  });

  it("tells what stays", async () => {
    await stage.release(inputs("reviews:v1"));
    deepStrictEqual(await stage.withdraw(inputs("reviews:v1")), [nameOf("reviews:v1")]);
    deepStrictEqual(await stage.withdraw(inputs("reviews:v1", { onDestroy: "delete" })), []);
  });

  it("gives a release in progress back to the baseline first, and removes the candidate", async () => {
    await stage.release(inputs("reviews:v1"));
    await stage.releaseUntil(inputs("reviews:v2"), () => stage.share === 40);
    let servingAtRemoval: unknown;
    stage.api.onWrite(({ verb, kind }) => {
      if (verb === "delete" && kind === "deployments") servingAtRemoval = stage.serving();
    });
    await stage.withdraw(inputs("reviews:v2"));
    strictEqual(await servingAtRemoval, nameOf("reviews:v1"));
    deepStrictEqual(stage.deployments, [nameOf("reviews:v1")]);
    deepStrictEqual(stage.experiments, []);
  });

  it("leaves the candidate its grace before it is removed", async () => {
    await stage.release(inputs("reviews:v1"));
    await stage.releaseUntil(inputs("reviews:v2", { gracePeriod: "20s" }), () => stage.share === 40);
    const times: Record<string, number> = {};
    stage.api.onWrite(({ verb, kind }) => {
      if (kind === "virtualservices") times["routed"] ??= stage.clock.now();
      if (verb === "delete" && kind === "deployments") times["removed"] = stage.clock.now();
    });
    await stage.withdraw(inputs("reviews:v2"));
    strictEqual((times["removed"] ?? 0) - (times["routed"] ?? 0) >= 20_000, true, JSON.stringify(times));
  });

  it("deletes everything the release made, and nothing else, where that is asked for", async () => {
    await stage.release(inputs("reviews:v1"));
    stage.api.put(DEPLOYMENTS, deployment("somebody-elses", versionLabels("v9")));
    await stage.releaseUntil(inputs("reviews:v2"), () => stage.share === 40);
    await stage.withdraw(inputs("reviews:v2", { onDestroy: "delete" }));
    deepStrictEqual(stage.deployments, ["somebody-elses"]);
    deepStrictEqual([virtualService(stage.api), destinationRule(stage.api)], [undefined, undefined]);
    deepStrictEqual(stage.api.all(SERVICES), []);
    deepStrictEqual(stage.experiments, []);
    await stage.withdraw(inputs("reviews:v2", { onDestroy: "delete" }));
  });

  it("does nothing where nothing was released", async () => {
    await stage.withdraw(inputs("reviews:v2"));
    deepStrictEqual(stage.api.writes, []);
  });

  for (const onDestroy of ["keep", "delete"] as const) {
    it(`'${onDestroy}' gets there even if it is killed at any write and asked for again`, async () => {
      for (let write = 1; ; write += 1) {
        let died = false;
        for (const when of ["before", "after"] as const) {
          const own = new Stage();
          try {
            await own.release(inputs("reviews:v1"));
            await own.releaseUntil(inputs("reviews:v2"), () => own.share === 40);
            died = (await own.withdraw(inputs("reviews:v2", { onDestroy }), { write, when })) === DIED;
            await own.withdraw(inputs("reviews:v2", { onDestroy }));
            const left = onDestroy === "keep" ? [nameOf("reviews:v1")] : [];
            deepStrictEqual(own.deployments, left, `killed ${when} write ${write}`);
            deepStrictEqual(own.experiments, [], `killed ${when} write ${write}`);
            strictEqual(await own.serving(), left[0]);
          } finally {
            own.close();
          }
        }
        if (!died) break;
      }
    });
  }

  it("removes no Service that it did not make", async () => {
    stage.api.put(SERVICES, {
      ...{ metadata: { name: SERVICE, namespace: NAMESPACE }, spec: { selector: { app: SERVICE } } },
    });
    await stage.release(inputs("reviews:v1"));
    await stage.withdraw(inputs("reviews:v1", { onDestroy: "delete" }));
    strictEqual(stage.api.all(SERVICES).length, 1);
    deepStrictEqual(stage.deployments, []);
  });
});

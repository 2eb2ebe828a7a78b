import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { VIRTUAL_SERVICES, type VirtualService } from "../../adapters/istio/rules";
import { releaseProvider } from "../../provider/releaseProvider";
import type { Properties } from "../../provider/resourceProvider";
import { NAMESPACE, RULE } from "../support/objects";
import { nameOf, settings, Stage } from "./stage";

describe("releaseProvider", () => {
  let stage: Stage;
  const { log } = console;
  beforeEach(() => {
    stage = new Stage();
    console.log = () => undefined;
  });
  afterEach(() => {
    console.log = log;
    stage.close();
  });

  const create = async (image: string): Promise<Properties> =>
    (await stage.clock.run(releaseProvider.create(settings(image)))).outs;
  const update = async (olds: Properties, image: string): Promise<Properties> =>
    (await stage.clock.run(releaseProvider.update("id", olds, settings(image)))).outs;

  it("refuses what is wrong, and takes what is not known yet", async () => {
    const { failures } = await releaseProvider.check({}, { ...settings("reviews:v1"), attempt: 7 });
    deepStrictEqual(failures, [{ property: "attempt", reason: "'attempt' (7) must be a text" }]);
    strictEqual(
      (await releaseProvider.check({}, { ...settings("a:v1"), verdict: undefined, __provider: "x" })).failures.length,
      0,
    );
  });

  it("keeps settings and outputs in its state, as JSON has them", async () => {
    const outs = await create("reviews:v1");
    deepStrictEqual(outs, JSON.parse(JSON.stringify(outs)));
    strictEqual(outs["verdict"], "promoted");
    deepStrictEqual(outs["criteria"], settings("reviews:v1")["criteria"]);
    ok(!("experiment" in outs));
  });

  it("has nothing to do when nothing has changed, and something when anything has", async () => {
    const outs = await create("reviews:v1");
    const diff = async (news: object) =>
      releaseProvider.diff("id", { ...outs, __provider: "old" }, { ...settings("reviews:v1"), ...news });
    deepStrictEqual(await diff({ __provider: "new" }), { changes: false, replaces: [], deleteBeforeReplace: true });
    strictEqual((await diff(settings("reviews:v2"))).changes, true);
    strictEqual((await diff({ attempt: "2" })).changes, true);
    deepStrictEqual((await diff({ service: "ratings" })).replaces, ["service"]);
    deepStrictEqual((await diff({ namespace: "other" })).replaces, ["namespace"]);
  });

  it("tells by refresh that the route was changed, and puts it right at the next update", async () => {
    let outs = await update(await create("reviews:v1"), "reviews:v2");
    deepStrictEqual(outs["weights"], { [nameOf("reviews:v2")]: 100 });
    deepStrictEqual((await releaseProvider.read("id", outs)).props, outs);

    stage.api.edit<VirtualService>(VIRTUAL_SERVICES, NAMESPACE, RULE, (rule) => ({
      ...rule,
      spec: {
        ...rule.spec,
        http: [
          {
            route: [
              { destination: { host: "reviews", subset: "stable" }, weight: 60 },
              { destination: { host: "reviews", subset: "elsewhere" }, weight: 40 },
            ],
          },
        ],
      },
    }));
    const { props } = await releaseProvider.read("id", outs);
    deepStrictEqual(props["weights"], { [nameOf("reviews:v2")]: 60, elsewhere: 40 });
    strictEqual((await releaseProvider.diff("id", props, settings("reviews:v2"))).changes, true);
    outs = await update(props, "reviews:v2");
    deepStrictEqual(outs["weights"], { [nameOf("reviews:v2")]: 100 });
    strictEqual((await releaseProvider.diff("id", outs, settings("reviews:v2"))).changes, false);
  });

  it("still reports what happened when only a setting has changed", async () => {
    const outs = await update(await create("reviews:v1"), "reviews:v2");
    const { outs: later } = await stage.clock.run(
      releaseProvider.update("id", outs, { ...settings("reviews:v2"), maxStall: "9m" }),
    );
    deepStrictEqual(later, { ...outs, maxStall: "9m" });
  });

  it("still reports the first deployment when only a setting has changed", async () => {
    const outs = await create("reviews:v1");
    const { outs: later } = await stage.clock.run(
      releaseProvider.update("id", outs, { ...settings("reviews:v1"), maxStall: "9m" }),
    );
    deepStrictEqual(later, { ...outs, maxStall: "9m" });
  });

  it("reports a rollback as outputs, and is no error itself", async () => {
    const outs = await update(await create("reviews:v1"), "reviews:bad");
    deepStrictEqual([outs["verdict"], outs["stableVersion"]], ["rolledBack", nameOf("reviews:v1")]);
    strictEqual((await releaseProvider.diff("id", outs, settings("reviews:bad"))).changes, false);
  });

  it("undoes the release when it is deleted", async () => {
    const outs = await update(await create("reviews:v1"), "reviews:v2");
    await stage.clock.run(releaseProvider.delete("id", { ...outs, onDestroy: "delete" }));
    deepStrictEqual([stage.deployments, stage.experiments, await stage.serving()], [[], [], undefined]);
  });
});

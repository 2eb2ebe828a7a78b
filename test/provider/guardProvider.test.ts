import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { KubernetesClient } from "../../adapters/kubernetes/client";
import { KubernetesError } from "../../adapters/kubernetes/errors";
import { DEPLOYMENTS, NAMESPACES } from "../../adapters/kubernetes/paths";
import { guardProvider } from "../../provider/guardProvider";
import { releaseKey } from "../../provider/version";
import { NAMESPACE } from "../support/objects";
import { inputs, nameOf, settings, Stage } from "./stage";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("guardProvider", () => {
  let stage: Stage;
  let printed: string[];
  const { log } = console;
  beforeEach(() => {
    stage = new Stage();
    printed = [];
    console.log = (line: string) => void printed.push(line);
  });
  afterEach(() => {
    console.log = log;
    stage.close();
  });

  const KEPT = {
    namespace: NAMESPACE,
    service: "reviews",
    onDestroy: "keep",
    leaseDuration: "5s",
    releaseKey: releaseKey(inputs("reviews:v1")),
  };

  it("keeps only what is needed to undo a release", async () => {
    const checked = await guardProvider.check({}, { ...settings("reviews:v1"), __provider: "code", preview: false });
    deepStrictEqual(checked, { inputs: KEPT, failures: [] });
    deepStrictEqual(printed, []);
  });

  it("refuses what is wrong in itself, in a preview too", async () => {
    for (const preview of [true, false]) {
      const { failures } = await guardProvider.check({}, { ...settings("reviews:v1"), maxStall: "5", preview });
      deepStrictEqual(
        failures.map(({ property }) => property),
        ["maxStall"],
      );
    }
  });

  it("refuses what the cluster cannot do; a preview says so and lets it through", async () => {
    stage.api.drop(NAMESPACES, undefined, NAMESPACE);
    const update = await guardProvider.check({}, { ...settings("reviews:v1"), preview: false });
    deepStrictEqual(update.failures, [{ property: "namespace", reason: "'namespace' (default) does not exist" }]);
    const preview = await guardProvider.check({}, { ...settings("reviews:v1"), preview: true });
    deepStrictEqual(preview.failures, []);
    deepStrictEqual(printed, [
      "will be refused unless it changes before the update: 'namespace' (default) does not exist",
    ]);
    deepStrictEqual(stage.api.writes, []);
  });

  it("lets a preview pass while the cluster cannot be asked; an update it does not", async () => {
    KubernetesClient.connect = async () =>
      stage.api.client({
        before: () => {
          throw new KubernetesError(0, "nobody answers");
        },
      });
    deepStrictEqual((await guardProvider.check({}, { ...settings("reviews:v1"), preview: true })).failures, []);
    deepStrictEqual(printed, ["the cluster cannot be asked now: nobody answers"]);
    await rejects(guardProvider.check({}, { ...settings("reviews:v1"), preview: false }), /nobody answers/);
  });

  it("does not ask the cluster about what it has let through before, nor about what is not known yet", async () => {
    KubernetesClient.connect = async () => {
      throw new Error("asked");
    };
    deepStrictEqual(await guardProvider.check(KEPT, settings("reviews:v1")), { inputs: KEPT, failures: [] });
    const unknown = await guardProvider.check(KEPT, { ...settings("reviews:v1"), attempt: UNKNOWN });
    deepStrictEqual(unknown.failures, []);
    await rejects(guardProvider.check(KEPT, settings("reviews:v2")), /asked/);
  });

  it("changes with what it keeps, and is replaced when the Service is another", async () => {
    const diff = (news: object) => guardProvider.diff("id", { ...KEPT, __provider: "old" }, { ...KEPT, ...news });
    strictEqual((await diff({ __provider: "new" })).changes, false);
    deepStrictEqual(await diff({ releaseKey: "other" }), { changes: true, replaces: [], deleteBeforeReplace: true });
    deepStrictEqual((await diff({ service: "ratings" })).replaces, ["service"]);
    deepStrictEqual((await diff({ namespace: "other" })).replaces, ["namespace"]);
  });

  it("undoes a release that was cut off when it is deleted", async () => {
    await stage.release(inputs("reviews:v1"));
    await stage.releaseUntil(inputs("reviews:v2"), () => stage.share === 40);
    await stage.clock.run(guardProvider.delete("id", KEPT));
    strictEqual(await stage.serving(), nameOf("reviews:v1"));
    deepStrictEqual(stage.experiments, []);
    ok(stage.api.peek(DEPLOYMENTS, NAMESPACE, nameOf("reviews:v1")));
    strictEqual(stage.api.peek(DEPLOYMENTS, NAMESPACE, nameOf("reviews:v2")), undefined);
  });
});

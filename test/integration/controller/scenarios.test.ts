import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isNotFound } from "../../../adapters/kubernetes/errors";
import type { ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import { ExperimentStore } from "../../../adapters/kubernetes/experiments";
import { DEPLOYMENTS, EXPERIMENTS } from "../../../adapters/kubernetes/paths";
import { startStub, type Stub } from "../../adapters/analytics/stub";
import {
  ControllerFixture,
  endControllersAfterwards,
  hasCondition,
  startController,
} from "../support/controllerFixture";
import { until } from "../support/releaseFixture";
import { endSandboxAfterwards } from "../support/sharedSandbox";
import { createObjects, experimentOf, readCases, type Case, type CaseState } from "./cases";
import { leaveRules } from "./release";

const GUIDE = join(__dirname, "..", "..", "..", "docs", "iter8-compatibility.md");

/** What differs from the data on purpose: what Serin does after the case as it is written. */
const DEVIATIONS: Readonly<Record<string, (fixture: ControllerFixture, scenario: Case) => Promise<void>>> = {
  "duplicate-service": async (fixture, { experiment, second_experiment }) => {
    const [first, second] = await Promise.all(
      [experiment, second_experiment].map((one) => fixture.untilCompleted(one?.metadata.name ?? "")),
    );
    const [ended, started] = [first?.status?.serin?.endedAt, second?.status?.serin?.startedAt];
    assert.ok(ended !== undefined && started !== undefined && started >= ended, `${started} is before ${ended}`);
    assert.ok(hasCondition(second as ExperimentResource, "ExperimentSucceeded", "True"));
  },
};

function isInState(experiment: ExperimentResource, state: CaseState): boolean {
  return Object.entries(state).every(([key, wanted]) => {
    if (key === "phase") return experiment.status?.phase === wanted;
    const { status, reason } = typeof wanted === "string" ? { status: wanted, reason: undefined } : wanted;
    return hasCondition(experiment, key, status, reason);
  });
}

async function untilInState(fixture: ControllerFixture, name: string, state: CaseState): Promise<void> {
  await fixture.untilExperiment(name, `has ${JSON.stringify(state)}`, (found) => isInState(found, state));
}

/** What a user does once the state is reached. */
async function carryOut(fixture: ControllerFixture, name: string, what: string | undefined): Promise<void> {
  const [, deployment] = /^delete Deployment (\S+)$/.exec(what ?? "") ?? [];
  const [, action] = /^set action: (resume)$/.exec(what ?? "") ?? [];
  if (what === undefined) return;
  if (what === "delete the Experiment") await fixture.remove(name);
  else if (deployment !== undefined) await fixture.client.delete(DEPLOYMENTS, fixture.namespace, deployment);
  else if (action === "resume") await fixture.act(name, action);
  else throw new Error(`nobody knows how to "${what}"`);
}

async function specOf(fixture: ControllerFixture, rule: string): Promise<object> {
  const [kind, name] = rule.split(" ");
  if (kind === "DestinationRule") return (await fixture.destinationRule("reviews")).spec;
  assert.equal(kind, "VirtualService");
  return (await fixture.virtualService("reviews", name)).spec;
}

/** Waits for the specs of the rules. @throws AssertionError that shows the difference, after a while */
async function untilRules(fixture: ControllerFixture, rules: Readonly<Record<string, object>>): Promise<void> {
  let difference: unknown;
  const areThere = async (): Promise<boolean> => {
    try {
      for (const [rule, spec] of Object.entries(rules)) assert.deepEqual(await specOf(fixture, rule), spec, rule);
      return true;
    } catch (error) {
      difference = error;
      return false;
    }
  };
  await until("the rules are as told", areThere, 30_000).catch(() => {
    throw difference;
  });
}

async function resourceVersions(fixture: ControllerFixture): Promise<unknown[]> {
  const rules = await Promise.all([fixture.virtualService("reviews"), fixture.destinationRule("reviews")]);
  return rules.map(({ metadata }) => metadata.resourceVersion);
}

function checkAnalytics({ asked }: Stub, { analytics, analytics_path, experiment, state }: Case): void {
  if (analytics === null) return assert.deepEqual(asked, [], "the analytics service is never asked");
  // What is cut short in its first iteration ends before there is anything to judge.
  if (Object.hasOwn(state, "ExperimentCompleted")) assert.ok(asked.length > 0, "the analytics service is asked");
  for (const { method, path, body } of asked) {
    assert.equal(method, "POST");
    assert.equal(path, analytics_path ?? "/api/v1/experiment/check_and_increment");
    assert.equal((JSON.parse(body) as { name: string }).name, experiment.metadata.name);
  }
}

async function play(scenario: Case): Promise<void> {
  const { experiment, second_experiment, analytics, state, rules, deleted = [] } = scenario;
  const { name } = experiment.metadata;
  const stub = await startStub((response) =>
    response.setHeader("Content-Type", "application/json").end(JSON.stringify(analytics)),
  );
  try {
    const fixture = await ControllerFixture.create(scenario.name);
    await createObjects(fixture, scenario);
    if (scenario.precondition !== undefined) {
      assert.equal(scenario.precondition, "no iter8 rules for host reviews exist");
      await assert.rejects(resourceVersions(fixture), isNotFound);
    }
    await fixture.applyExperiment(experimentOf(experiment, stub.url));
    if (second_experiment) await fixture.applyExperiment(experimentOf(second_experiment, stub.url));
    const { second_experiment: secondState, ...firstState } = state;
    await untilInState(fixture, name, firstState);
    if (secondState) await untilInState(fixture, second_experiment?.metadata.name ?? "", secondState);

    const isOver = hasCondition(await fixture.experiment(name), "ExperimentCompleted", "True");
    const before = isOver && scenario.then !== undefined ? await resourceVersions(fixture) : undefined;
    await carryOut(fixture, name, scenario.then);
    await DEVIATIONS[scenario.name]?.(fixture, scenario);
    if (rules) await untilRules(fixture, rules);
    if (before) assert.deepEqual(await resourceVersions(fixture), before, "the rules are not touched any more");
    for (const one of deleted) {
      const [kind, deployment = ""] = one.split(" ");
      assert.equal(kind, "Deployment");
      await until(`${one} is gone`, async () => (await fixture.find(DEPLOYMENTS, deployment)) === undefined, 30_000);
    }
    checkAnalytics(stub, scenario);
  } finally {
    await stub.close();
  }
}

/** An experiment as Iter8's controller leaves it, finalizer included, with the rules of its winner. */
async function leaveBehind(fixture: ControllerFixture): Promise<void> {
  await fixture.service("reviews");
  await Promise.all(["v1", "v2"].map((version) => fixture.deploy("reviews", version)));
  const { client } = fixture;
  await leaveRules(fixture, "reviews", "v2");
  const targetService = { apiVersion: "v1", name: "reviews", baseline: "reviews-v1", candidate: "reviews-v2" };
  await fixture.applyExperiment({ metadata: { name: "completed" }, spec: { targetService } });
  const withFinalizer = await new ExperimentStore(client).addFinalizer(await fixture.experiment("completed"));
  const trafficSplitPercentage = { baseline: 0, candidate: 100 };
  const status = { phase: "Completed", message: "ExperimentSucceeded: All Success Criteria Were Met" } as const;
  await client.replace(EXPERIMENTS, { ...withFinalizer, status: { ...status, trafficSplitPercentage } }, "status");
}

describe("the scenarios of Iter8's controller v0.1", function () {
  this.timeout(120_000);
  endControllersAfterwards();
  endSandboxAfterwards();
  const cases = readCases();
  const outcomes = new Map<string, Promise<unknown>>();

  let left: ControllerFixture;

  // All at once, each in a namespace of its own: they wait most of the time.
  before(async () => {
    left = await ControllerFixture.create("completed");
    await leaveBehind(left);
    await startController();
    for (const scenario of cases) {
      const outcome = play(scenario).then(
        () => undefined,
        (error: unknown) => error,
      );
      outcomes.set(scenario.name, outcome);
    }
  });

  it("are all there, once each, and what Serin does otherwise is in the guide", () => {
    assert.equal(outcomes.size, 14);
    assert.equal(cases.length, 14);
    const guide = readFileSync(GUIDE, "utf8");
    for (const name of Object.keys(DEVIATIONS)) {
      assert.ok(outcomes.has(name), name);
      assert.ok(guide.includes(`\`${name}\``), `docs/iter8-compatibility.md names ${name}`);
    }
  });

  it("do not begin anew where Iter8's controller has completed them, and need it no more to be deleted", async () => {
    const before = await resourceVersions(left);
    const seen = await left.untilExperiment(
      "completed",
      "is let go",
      ({ metadata }) => (metadata.finalizers ?? []).length === 0,
    );
    assert.equal(seen.status?.phase, "Completed");
    assert.equal(seen.status.serin, undefined);
    await left.remove("completed");
    assert.deepEqual(await resourceVersions(left), before);
  });

  for (const { name } of cases) {
    it(name, async () => {
      const error = await outcomes.get(name);
      if (error !== undefined) throw error;
    });
  }
});

import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { VIRTUAL_SERVICES } from "../../adapters/istio/rules";
import { EXPERIMENTS } from "../../adapters/kubernetes/paths";
import { KubernetesError } from "../../adapters/kubernetes/errors";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { follow, type FollowOptions } from "../../driver/follow";
import { followLines } from "../../driver/followReports";
import { progressLines } from "../../driver/progress";
import { NAMESPACE, RULE } from "../support/objects";
import { VirtualClock } from "../support/virtualClock";
import { scripted, type Sight } from "./metrics";
import { EXPERIMENT, INTERVAL_MS, LOOK_MS, Simulation, type Setting } from "./simulation";

const withoutTime = (lines: readonly string[]) => lines.map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ""));

/** Every version of the record that a driver writes, and the lines that it tells. */
async function driven(setting: Setting, sights: readonly Sight[], meanwhile?: (s: Simulation) => Promise<void>) {
  const simulation = new Simulation(setting, scripted(sights, INTERVAL_MS));
  const records: ExperimentResource[] = [simulation.record as ExperimentResource];
  simulation.api.onWrite(({ kind }) => {
    if (kind === EXPERIMENTS.plural && simulation.record) records.push(simulation.record);
  });
  const { result } = simulation.start([]);
  await meanwhile?.(simulation);
  await simulation.clock.run(result);
  const lines = simulation.reports.flatMap((report) => progressLines(report, 0));
  return { records, lines: withoutTime(lines) };
}

/** Follows through the answers, one a look; the last one is repeated. */
async function followed(
  answers: readonly (ExperimentResource | Error | undefined)[],
  more: Partial<FollowOptions> = {},
) {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const notices: string[] = [];
  let looks = 0;
  const options: FollowOptions = {
    get: async () => {
      const answer = answers[Math.min(looks, answers.length - 1)];
      looks += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    clock: clock.machine(),
    onReport: (report, at) => void lines.push(...followLines(report, at)),
    onNotice: (text) => void notices.push(text),
    random: () => 0.5,
    ...more,
  };
  const experiment = await clock.run(follow(options));
  return { experiment, lines, notices, looks: () => looks };
}

/** The iterations that lines tell the end of: "2/8  80/20  …" is the second's. */
const iterationsOf = (lines: readonly string[]) =>
  lines.flatMap((line) => /^(\d+)\/\d+ {2}/.exec(line)?.slice(1).map(Number) ?? []);

const sights = fc.array(fc.constantFrom<Sight>("good", "good", "bad", "gap"), { minLength: 1, maxLength: 6 });

describe("follow", () => {
  it("tells what the driver tells, word for word", async () => {
    const setting = { traffic: { maxIterations: 5 } };
    const { records, lines } = await driven(setting, ["good", "gap", "bad", "good", "good"]);
    const { experiment, lines: seen } = await followed(records);
    deepStrictEqual(withoutTime(seen), lines);
    strictEqual(experiment?.status?.serin?.stage, "ended");
    ok(
      lines.some((line) => line.startsWith("AnalyticsServiceError")),
      "the script has an outage of Prometheus",
    );
  });

  it("tells every iteration once and in order, whatever looks were missed", async () => {
    await fc.assert(
      fc.asyncProperty(sights, fc.boolean(), fc.infiniteStream(fc.boolean()), async (script, stopOnFailure, seen) => {
        const setting = { traffic: { maxIterations: script.length }, stopOnFailure };
        const { records, lines } = await driven(setting, script);
        const looks = [...records.slice(0, -1).filter(() => seen.next().value), ...records.slice(-1)];
        const told = withoutTime((await followed(looks)).lines);
        deepStrictEqual(iterationsOf(told), iterationsOf(lines));
        const history = looks.at(-1)?.status?.serin?.history ?? [];
        deepStrictEqual(
          iterationsOf(told),
          history.map(({ iteration }) => iteration),
        );
        for (const start of ["both versions are Ready", "promoted,", "rolledBack,", "inconclusive,"]) {
          const count = (all: readonly string[]) => all.filter((line) => line.startsWith(start)).length;
          strictEqual(count(told), count(lines), start);
        }
        strictEqual(told.at(-1), lines.at(-1));
      }),
      { numRuns: 30 },
    );
  });

  it("tells a missed iteration with its weights and its reason", async () => {
    const { records } = await driven({ traffic: { maxIterations: 3 } }, ["good", "bad", "good"]);
    const { lines } = await followed(records.slice(-1));
    const [ready, first, second, third, end] = withoutTime(lines);
    strictEqual(lines.length, 5, lines.join("\n"));
    match(ready ?? "", /^both versions are Ready: 3 iterations of 3s {2}-> 80\/20$/);
    match(first ?? "", /^1\/3 {2}80\/20 .*-> 60\/40: latency of the candidate is 100 ms/);
    match(second ?? "", /^2\/3 {2}60\/40 .*-> held at 60\/40: .*latency of the candidate is 300 ms/);
    match(third ?? "", /^3\/3 {2}60\/40 {2}latency 100 ms <= 200 ms \([\d,]+\) {2}-> promoted$/);
    match(end ?? "", /^promoted, 0\/100: /);
  });

  it("does not take the iteration before a person's word for the one that decided", async () => {
    const { records, lines } = await driven({}, [], async (simulation) => {
      await simulation.until(() => simulation.record?.status?.currentIteration === 2);
      await simulation.patch({ action: "override_failure" });
    });
    const [, first, end] = withoutTime((await followed(records.slice(-1))).lines);
    match(first ?? "", /^1\/4 {2}80\/20 {2}.*-> 60\/40$/);
    deepStrictEqual([first, end], lines.slice(1));
  });

  it("dates what it tells by the record, not by when it looked", async () => {
    const { records } = await driven({ traffic: { maxIterations: 2 } }, ["good", "good"]);
    const dates: string[] = [];
    await followed(records.slice(-1), { onReport: (_report, at) => void dates.push(new Date(at).toISOString()) });
    const { startedAt, history = [], endedAt } = records.at(-1)?.status?.serin ?? {};
    deepStrictEqual(dates, [startedAt, ...history.map((entry) => entry.assessedAt), endedAt]);
  });

  it("tells pause and resume as the driver does", async () => {
    const { records, lines } = await driven({}, [], async (simulation) => {
      await simulation.until(() => simulation.record?.status?.currentIteration === 2);
      await simulation.patch({ action: "pause" });
      await simulation.pass(LOOK_MS);
      await simulation.patch({ action: "resume" });
    });
    deepStrictEqual(withoutTime((await followed(records)).lines), lines);
    ok(lines.includes("Pause") && lines.includes("Resume"), lines.join("\n"));
  });

  for (const onForeignEdit of ["correct", "pause"] as const) {
    it(`tells a foreign edit of the route as the driver does: ${onForeignEdit}`, async () => {
      const { records, lines } = await driven({ serin: { onForeignEdit } }, [], async (simulation) => {
        for (const share of [40, 50]) {
          await simulation.until(() => simulation.share === share);
          simulation.api.drop(VIRTUAL_SERVICES, NAMESPACE, RULE);
          await simulation.pass(LOOK_MS);
          await simulation.patch({ action: "resume" });
        }
      });
      deepStrictEqual(withoutTime((await followed(records)).lines), lines);
      strictEqual(lines.filter((line) => line.startsWith("RoutingRulesError: The route was changed")).length, 2);
    });
  }

  it("tells at the first look that the release is paused", async () => {
    const { records } = await driven({}, [], async (simulation) => {
      await simulation.until(() => simulation.record?.status?.currentIteration === 2);
      await simulation.patch({ action: "pause" });
      await simulation.pass(LOOK_MS);
      await simulation.patch({ action: "resume" });
    });
    const paused = records.find(({ status }) => status?.serin?.paused) as ExperimentResource;
    const { lines } = await followed([paused], { stop: () => true });
    strictEqual(withoutTime(lines).at(-1), "Pause: Paused by hand; the candidate keeps 40 %.");
  });

  it("says which iterations the record has forgotten", async () => {
    const { records } = await driven({ traffic: { maxIterations: 4 } }, []);
    const last = structuredClone(records.at(-1)) as ExperimentResource;
    const history = last.status?.serin?.history?.slice(2) ?? [];
    const cut = {
      ...last,
      status: { ...last.status, serin: { ...last.status?.serin, history } },
    } as ExperimentResource;
    const { lines, notices } = await followed([cut]);
    deepStrictEqual(iterationsOf(withoutTime(lines)), [3, 4]);
    deepStrictEqual(notices, ["iterations 1 to 2 are not in the record any more"]);
  });

  it("waits out an API server that does not answer, with one notice", async () => {
    const { records, lines } = await driven({}, []);
    const fault = new KubernetesError(0, "Kubernetes API server https://fake: no answer");
    const { lines: seen, notices } = await followed([...records.slice(0, 3), fault, fault, fault, ...records.slice(3)]);
    deepStrictEqual(withoutTime(seen), lines);
    deepStrictEqual(notices, ["waiting: Kubernetes API server https://fake: no answer"]);
  });

  it("throws what does not pass", async () => {
    await rejects(followed([new KubernetesError(403, "you may not")]), /you may not/);
  });

  it("returns undefined when the experiment is deleted, or another one has its name", async () => {
    const { records } = await driven({}, []);
    strictEqual((await followed([...records.slice(0, 2), undefined])).experiment, undefined);
    const [first] = records as [ExperimentResource];
    const other = { ...first, metadata: { ...first.metadata, uid: "other" } };
    strictEqual((await followed([first, other])).experiment, undefined);
  });

  it("ends with the present experiment when told to stop, also during an outage", async () => {
    const { records } = await driven({}, []);
    const some = records.slice(0, 3);
    let asked = 0;
    const stop = () => (asked += 1) >= 5;
    const { experiment, looks } = await followed([...some, new KubernetesError(503, "unwell")], { stop });
    deepStrictEqual(experiment, some.at(-1));
    strictEqual(looks(), 5);
  });

  it("does not stumble over a spec that cannot be understood", async () => {
    const { records } = await driven({}, []);
    const [first] = records as [ExperimentResource];
    const spec = { ...first.spec, trafficControl: { interval: "soon" } };
    const { experiment, lines, notices } = await followed([{ ...first, spec }, { ...first, spec }, ...records]);
    strictEqual(experiment?.status?.serin?.verdict, "promoted");
    deepStrictEqual(notices.length, 1);
    match(notices[0] ?? "", /cannot be understood: 'spec\.trafficControl\.interval' \(soon\) must be a duration/);
    deepStrictEqual(iterationsOf(withoutTime(lines)), [1, 2, 3, 4]);
  });

  it("says once that no driver has come, or that the experiment is being deleted", async () => {
    const { records } = await driven({}, []);
    const [untouched] = records as [ExperimentResource];
    const metadata = { ...untouched.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" };
    const looks = [...Array<ExperimentResource>(15).fill(untouched), { ...untouched, metadata }, undefined];
    deepStrictEqual((await followed(looks)).notices, [
      "waiting: no driver has taken the experiment up yet",
      "the experiment is being deleted; its driver gives the traffic back first",
    ]);
  });

  it("follows a release while it is driven", async () => {
    const simulation = new Simulation({ traffic: { maxIterations: 6 } }, scripted(["good", "bad", "gap"], INTERVAL_MS));
    const lines: string[] = [];
    const following = follow({
      get: async () => simulation.record,
      clock: simulation.clock.machine(),
      onReport: (report, at) => void lines.push(...followLines(report, at)),
      onNotice: (text) => void lines.push(text),
    });
    void simulation.start([]);
    const ended = await simulation.clock.run(following);
    strictEqual(ended?.metadata.name, EXPERIMENT);
    strictEqual(ended.metadata.namespace, NAMESPACE);
    const driverLines = simulation.reports.flatMap((report) => progressLines(report, 0));
    deepStrictEqual(withoutTime(lines), withoutTime(driverLines));
  });
});

import { match, doesNotMatch, strictEqual } from "node:assert/strict";
import { KubernetesError } from "../../../adapters/kubernetes/errors";
import { EVENTS, EXPERIMENTS } from "../../../adapters/kubernetes/paths";
import type { ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import { EXPERIMENT, LOOK_MS, Simulation } from "../../driver/simulation";
import { CommandLine } from "./cluster";

async function midway(): Promise<[Simulation, CommandLine]> {
  const simulation = new Simulation();
  simulation.start([]);
  await simulation.until(() => simulation.record?.status?.currentIteration === 3);
  return [simulation, new CommandLine(simulation.api, simulation.clock)];
}

describe("cli: serin experiment describe", () => {
  it("shows plan, evidence, history, conditions, events and what may be done", async () => {
    const [, line] = await midway();
    const { code, out } = await line.run(`describe ${EXPERIMENT}`);
    strictEqual(code, 0);
    match(out, /^Name: +reviews-try$/m);
    match(out, /^Candidate: +reviews-v2, 50 % of the traffic$/m);
    match(
      out,
      /^Plan: +check_and_increment, steps of 20 % up to 50 %; 4 iterations of 3s; analysis point; on success: /m,
    );
    match(out, /^Phase: +Progressing, iteration 3$/m);
    match(out, /^ {2}latency +threshold 200 +90 ms \([\d,]+\) +100 ms \([\d,]+\) +200 ms +- +yes$/m);
    match(out, /^ {2}latency of the candidate is 100 ms, within the limit of 200 ms/m);
    match(out, /^ {2}1 +2030-01-01T00:00:0\dZ +20% +40% +yes +latency of the candidate/m);
    match(out, /^ {2}TargetsProvided +True +\ds +TargetsFound$/m);
    match(out, /^ {2}\ds +Normal +IterationUpdate +Iteration 3 Started$/m);
    match(out, /^ {2}serin experiment pause reviews-try -n default {3}holds the weight$/m);
  });

  it("shows the events of this experiment alone, the last ten", async () => {
    const [simulation, line] = await midway();
    const event = (name: string, uid: string | undefined, message: string, second: number) => ({
      apiVersion: "v1",
      kind: "Event",
      metadata: { name, namespace: "default" },
      involvedObject: { name: EXPERIMENT, uid },
      reason: "Test",
      message,
      type: "Warning",
      lastTimestamp: `2031-01-01T00:00:${String(second).padStart(2, "0")}Z`,
    });
    simulation.api.put(EVENTS, event("other", "another-uid", "of an older one", 59));
    const { uid } = simulation.record?.metadata ?? {};
    for (let i = 1; i <= 11; i += 1) simulation.api.put(EVENTS, event(`own-${i}`, uid, `message ${i}.`, i));
    const { out } = await line.run(`describe ${EXPERIMENT}`);
    doesNotMatch(out, /of an older one|message 1\./);
    match(out, /message 2\.\n[^]*message 11\./);
  });

  it("does without events that may not be read", async () => {
    const [, line] = await midway();
    const before = ({ kind }: { kind: string }) => {
      if (kind === "events") throw new KubernetesError(403, "forbidden");
    };
    const { code, out } = await line.run(`describe ${EXPERIMENT}`, { wire: { before } });
    strictEqual(code, 0);
    match(out, /^Events:\n {2}may not be read$/m);
  });

  it("tells of each stage what may be done", async () => {
    const simulation = new Simulation();
    const line = new CommandLine(simulation.api, simulation.clock);
    const next = async () => (await line.run(`describe ${EXPERIMENT}`)).out.split("Next:\n")[1] ?? "";
    match(await next(), /No driver has taken it up yet/);
    simulation.start([]);
    await simulation.until(() => simulation.record?.status?.currentIteration === 2);
    match(await next(), /pause reviews-try[^]*promote reviews-try[^]*rollback reviews-try/);
    await simulation.patch({ action: "pause" });
    await simulation.pass(LOOK_MS);
    match(await next(), /^ {2}serin experiment resume reviews-try/);
    await simulation.patch({ action: "override_failure" });
    await simulation.until(() => simulation.record?.status?.serin?.stage === "ended");
    match(await next(), /^ {2}It has ended\. kubectl delete experiment reviews-try -n default/);
    match((await line.run(`describe ${EXPERIMENT}`)).out, /^Verdict: +aborted$/m);
  });

  it("shows an experiment that cannot be understood, and why", async () => {
    const [simulation, line] = await midway();
    simulation.api.edit<ExperimentResource>(EXPERIMENTS, "default", EXPERIMENT, (experiment) => ({
      ...experiment,
      spec: { ...experiment.spec, trafficControl: { interval: "soon" } },
    }));
    const { code, out } = await line.run(`describe ${EXPERIMENT}`);
    strictEqual(code, 0);
    match(out, /^Problem: +'spec\.trafficControl\.interval' \(soon\) must be a duration/m);
  });

  it("prints the plain object for programs", async () => {
    const [, line] = await midway();
    const object = JSON.parse((await line.run(`describe ${EXPERIMENT} -o json`)).out) as ExperimentResource;
    strictEqual(object.status?.serin?.history?.length, 2);
  });

  it("tells that there is none, exit code 7", async () => {
    const [, line] = await midway();
    strictEqual((await line.run("describe nowhere")).code, 7);
  });
});

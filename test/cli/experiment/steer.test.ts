import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { KubernetesError } from "../../../adapters/kubernetes/errors";
import { EXPERIMENT, Simulation } from "../../driver/simulation";
import { CommandLine } from "./cluster";

/** A release in its second iteration. */
async function midway(): Promise<[Simulation, CommandLine]> {
  const simulation = new Simulation();
  simulation.start([]);
  await simulation.until(() => simulation.record?.status?.currentIteration === 2);
  return [simulation, new CommandLine(simulation.api, simulation.clock)];
}

const ended = (simulation: Simulation) => simulation.until(() => simulation.record?.status?.serin?.stage === "ended");

describe("cli: serin experiment pause, resume, promote, rollback", () => {
  it("pause says what will happen; with --wait it has happened", async () => {
    const [simulation, line] = await midway();
    const asked = await line.run(`pause ${EXPERIMENT}`);
    deepStrictEqual([asked.code, asked.err], [0, ""]);
    strictEqual(
      asked.out,
      "experiment default/reviews-try is asked to pause. The candidate keeps 40 % of the traffic and is not assessed, " +
        "until 'serin experiment resume reviews-try -n default'. Its driver looks about once a second.\n",
    );
    strictEqual(simulation.record?.action, "pause");
    const waited = await line.run(`pause ${EXPERIMENT} --wait`);
    strictEqual(waited.code, 0);
    strictEqual(simulation.record.status?.serin?.paused, true);
    match(waited.out, /is paused, the candidate has 40 % of the traffic\. Paused by hand/);
  });

  it("a second pause, and a resume of what is not paused, change nothing", async () => {
    const [simulation, line] = await midway();
    const resumed = await line.run(`resume ${EXPERIMENT}`);
    deepStrictEqual([resumed.code, simulation.record?.action], [0, undefined]);
    match(resumed.out, /^experiment default\/reviews-try is not paused\. /);
    await line.run(`pause ${EXPERIMENT} --wait`);
    const version = simulation.record?.metadata.resourceVersion;
    const again = await line.run(`pause ${EXPERIMENT}`);
    deepStrictEqual([again.code, simulation.record?.metadata.resourceVersion], [0, version]);
    match(again.out, /is paused already\. Paused by hand/);
  });

  it("resume lets it go on, and takes back a pause that no driver has seen yet", async () => {
    const [simulation, line] = await midway();
    await line.run(`pause ${EXPERIMENT} --wait`);
    strictEqual((await line.run(`resume ${EXPERIMENT} --wait`)).code, 0);
    deepStrictEqual([simulation.record?.status?.serin?.paused, simulation.record?.action], [undefined, undefined]);
    await line.run(`pause ${EXPERIMENT}`);
    await line.run(`resume ${EXPERIMENT}`);
    strictEqual(simulation.record?.action, "resume");
    await ended(simulation);
    strictEqual(simulation.record.status?.serin?.verdict, "promoted");
  });

  for (const [command, verdict, promise] of [
    ["promote", "promoted", /The verdict becomes promoted, and reviews-v2 gets all traffic, as soon as a pod/],
    ["rollback", "aborted", /The verdict becomes aborted, and all traffic goes back to reviews-v1\./],
  ] as const) {
    it(`${command} --wait ends the release: ${verdict}, exit code 0`, async () => {
      const [simulation, line] = await midway();
      const { code, out, err } = await line.run(`${command} ${EXPERIMENT} --wait -o json`);
      deepStrictEqual([code, simulation.record?.status?.serin?.verdict], [0, verdict]);
      match(err, promise);
      strictEqual((JSON.parse(out) as { status: { serin: { verdict: string } } }).status.serin.verdict, verdict);
    });

    it(`${command} of a release that has ended is refused, with its verdict`, async () => {
      const [simulation, line] = await midway();
      await ended(simulation);
      const { code, out, err } = await line.run(`${command} ${EXPERIMENT}`);
      deepStrictEqual([code, out, simulation.record?.action], [1, "", undefined]);
      match(err, new RegExp(`^error: cannot ${command} experiment default/reviews-try: it has ended, promoted\\. `));
    });
  }

  it("a wish that a verdict forestalls is an error", async () => {
    const [simulation, line] = await midway();
    const { answer } = line.start(`promote ${EXPERIMENT} --wait`);
    const wish = simulation.until(() => simulation.record?.action === "override_success");
    await wish;
    await simulation.patch({ action: "override_failure" });
    const { code, err } = await simulation.clock.run(answer);
    strictEqual(code, 1);
    match(err, /error: experiment default\/reviews-try got its verdict, aborted, before that\n$/);
  });

  it("waits no longer than it may for a driver that is not there", async () => {
    const simulation = new Simulation();
    const line = new CommandLine(simulation.api, simulation.clock);
    const { code, err } = await line.run(`pause ${EXPERIMENT} --wait --timeout 30s`);
    strictEqual(code, 6);
    match(err, /^waiting: no driver has taken the experiment up yet$/m);
    match(err, /^error: after 30s, experiment default\/reviews-try is not so far: no driver has taken it up yet\.$/m);
  });

  it("tells that there is no such experiment, exit code 7", async () => {
    const [, line] = await midway();
    const { code, err } = await line.run("pause nowhere -n test");
    strictEqual(code, 7);
    strictEqual(
      err,
      "error: there is no experiment test/nowhere in https://fake: 'serin experiment list -A' lists those that there are\n",
    );
  });

  const faults: Record<string, [fault: KubernetesError, told: RegExp]> = {
    "no answer": [
      new KubernetesError(0, "Kubernetes API server https://fake: connect ECONNREFUSED (GET /x)"),
      /^error: Kubernetes API server https:\/\/fake: connect ECONNREFUSED \(GET \/x\)\. Check that the cluster runs/,
    ],
    "credentials that have expired": [
      new KubernetesError(401, "Unauthorized (GET /x)"),
      /^error: Kubernetes API server https:\/\/fake: Unauthorized \(GET \/x\)\. Renew the credentials/,
    ],
    "a missing right": [
      new KubernetesError(403, 'experiments.iter8.tools "x" is forbidden (PATCH /x)'),
      /^error: Kubernetes API server https:\/\/fake: .* is forbidden .*\. Ask for that right/,
    ],
  };
  for (const [name, [fault, told]] of Object.entries(faults)) {
    it(`tells ${name} in one line, with the server and what to do`, async () => {
      const [, line] = await midway();
      const fail = () => Promise.reject(fault);
      const { code, err } = await line.run(`pause ${EXPERIMENT}`, { wire: { before: fail } });
      strictEqual(code, 1);
      match(err, told);
      strictEqual(err.split("\n").length, 2);
    });
  }
});

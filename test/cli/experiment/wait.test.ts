import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { KubernetesError } from "../../../adapters/kubernetes/errors";
import { EXPERIMENTS } from "../../../adapters/kubernetes/paths";
import type { ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import { bad, unavailable } from "../../driver/metrics";
import { EXPERIMENT, Simulation, type Observe } from "../../driver/simulation";
import { CommandLine } from "./cluster";

function begun(observe?: Observe): [Simulation, CommandLine] {
  const simulation = new Simulation({}, observe);
  simulation.start([]);
  return [simulation, new CommandLine(simulation.api, simulation.clock)];
}

describe("cli: serin experiment wait", () => {
  for (const [verdict, code, observe] of [
    ["promoted", 0, undefined],
    ["rolledBack", 3, bad],
    ["inconclusive", 4, unavailable],
  ] as const) {
    it(`tells the verdict ${verdict} by exit code ${code}`, async () => {
      const [simulation, line] = begun(observe);
      const answer = await line.run(`wait ${EXPERIMENT}`);
      deepStrictEqual([answer.code, answer.err], [code, ""]);
      match(answer.out, new RegExp(`^experiment default/reviews-try: ${verdict}, the candidate has (0|100) %`));
      strictEqual(simulation.record?.status?.serin?.stage, "ended");
    });
  }

  it("tells an aborted release by exit code 5", async () => {
    const [simulation, line] = begun();
    const { answer } = line.start(`wait ${EXPERIMENT}`);
    await simulation.until(() => simulation.record?.status?.currentIteration === 2);
    await simulation.patch({ action: "override_failure" });
    strictEqual((await simulation.clock.run(answer)).code, 5);
  });

  it("waits for less than the end where that is asked for", async () => {
    const [simulation, line] = begun(bad);
    strictEqual((await line.run(`wait ${EXPERIMENT} --for started`)).code, 0);
    strictEqual(simulation.record?.status?.serin?.stage, "iterating");
    strictEqual((await line.run(`wait ${EXPERIMENT} --for verdict`)).code, 3);
    strictEqual(simulation.record.status?.serin?.stage, "ending");
    // A release that is over has started.
    strictEqual((await line.run(`wait ${EXPERIMENT}`)).code, 3);
    strictEqual((await line.run(`wait ${EXPERIMENT} --for started`)).code, 0);
  });

  it("shows the progress on a terminal, and the object alone on the output", async () => {
    const [, line] = begun();
    const { code, out, err } = await line.run(`wait ${EXPERIMENT} --watch -o json`, { isTerminal: true });
    strictEqual(code, 0);
    match(err, /both versions are Ready/);
    match(err, /\d\d:\d\d:\d\d {2}4\/4 {2}.*-> promoted$/m);
    strictEqual((JSON.parse(out) as ExperimentResource).status?.serin?.verdict, "promoted");
  });

  it("gives up when the time is over, exit code 6", async () => {
    const [simulation, line] = begun();
    const since = simulation.clock.now();
    const { code, err } = await line.run(`wait ${EXPERIMENT} --timeout 4s`);
    strictEqual(code, 6);
    match(err, /^error: after 4s, experiment default\/reviews-try is not so far: /);
    ok(simulation.clock.now() - since < 5100);
  });

  it("gives up in time also while the API server does not answer", async () => {
    const [simulation, line] = begun();
    const since = simulation.clock.now();
    let answers = 0;
    const before = () => {
      if ((answers += 1) > 2) throw new KubernetesError(503, "unwell");
    };
    const { code, err } = await line.run(`wait ${EXPERIMENT} --timeout 20s`, { wire: { before } });
    strictEqual(code, 6);
    match(err, /^waiting: unwell\nerror: after 20s/);
    ok(simulation.clock.now() - since < 31_000);
  });

  it("ends with the experiment, exit code 7", async () => {
    const [simulation, line] = begun();
    const { answer } = line.start(`wait ${EXPERIMENT}`);
    await simulation.until(() => simulation.record?.status?.currentIteration === 2);
    await simulation.api.client().delete(EXPERIMENTS, "default", EXPERIMENT);
    const { code, err } = await simulation.clock.run(answer);
    strictEqual(code, 7);
    match(err, /error: experiment default\/reviews-try was deleted\n$/);
  });

  for (const [words, error] of [
    ["wait", /missing required argument 'name'/],
    ["wait Reviews", /It must consist of lower-case letters/],
    [`wait ${EXPERIMENT} --timeout 10`, /It must be a duration with its unit/],
    [`wait ${EXPERIMENT} --for ever`, /Allowed choices are started, verdict, completed/],
    ["unknown", /unknown command 'unknown'/],
  ] as const) {
    it(`refuses '${words}', exit code 2`, async () => {
      const [, line] = begun();
      const { code, err } = await line.run(words);
      strictEqual(code, 2);
      match(err, error);
    });
  }

  it("tells its exit codes", async () => {
    const [, line] = begun();
    const { code, out } = await line.run("wait --help");
    strictEqual(code, 0);
    match(out, /Exit codes:\n {2}0 {2}done; .*promoted\n[^]*7 {2}there is no such experiment/);
    doesNotMatch(out, /undefined/);
  });
});

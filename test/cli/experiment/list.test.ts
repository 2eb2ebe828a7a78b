import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { parse } from "yaml";
import { EXPERIMENTS } from "../../../adapters/kubernetes/paths";
import { KubernetesError } from "../../../adapters/kubernetes/errors";
import { FakeKubernetes } from "../../support/fakeKubernetes";
import { bad } from "../../driver/metrics";
import { experiment, EXPERIMENT, Simulation } from "../../driver/simulation";
import { CommandLine } from "./cluster";

/** Cells of a table, by at least two spaces between them. */
const cells = (out: string) =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => line.trim().split(/ {2,}/));

/** One that runs in `default`, and another one in `bookinfo` that nobody drives. */
async function two(): Promise<[Simulation, CommandLine]> {
  const simulation = new Simulation();
  const other = experiment({});
  const metadata = { ...other.metadata, name: "ratings", namespace: "bookinfo", labels: { app: "ratings" } };
  simulation.api.put(EXPERIMENTS, { ...other, metadata });
  simulation.start([]);
  await simulation.until(() => simulation.record?.status?.currentIteration === 2);
  return [simulation, new CommandLine(simulation.api, simulation.clock)];
}

describe("cli: serin experiment list", () => {
  it("lists a namespace in columns", async () => {
    const [simulation, line] = await two();
    await simulation.pass(90);
    const { code, out } = await line.run("list");
    strictEqual(code, 0);
    deepStrictEqual(cells(out), [
      ["NAME", "PHASE", "ITERATION", "BASELINE", "CANDIDATE", "WEIGHT", "VERDICT", "AGE"],
      [EXPERIMENT, "Progressing", "2/4", "reviews-v1", "reviews-v2", "40%", "-", "4s"],
    ]);
  });

  it("lists all namespaces, wide", async () => {
    const [, line] = await two();
    const { out } = await line.run("list -A -o wide");
    const [head, ...rows] = cells(out);
    deepStrictEqual([head?.[0], head?.at(-1)], ["NAMESPACE", "MESSAGE"]);
    deepStrictEqual(rows[0]?.slice(0, 3), ["default", EXPERIMENT, "Progressing"]);
    strictEqual(rows[0]?.at(-1), "IterationUpdate: Iteration 2 Started");
    deepStrictEqual(rows[1]?.slice(0, 4), ["bookinfo", "ratings", "-", "0/4"]);
  });

  it("selects by label and by namespace; what is not there is told", async () => {
    const [, line] = await two();
    const names = async (words: string) =>
      (JSON.parse((await line.run(`${words} -o json`)).out) as { items: { metadata: { name: string } }[] }).items.map(
        ({ metadata }) => metadata.name,
      );
    deepStrictEqual(await names("list -A -l app=ratings"), ["ratings"]);
    deepStrictEqual(await names("list -n bookinfo"), ["ratings"]);
    deepStrictEqual(await line.run("list -n test"), { code: 0, out: "", err: "no experiments in namespace test\n" });
  });

  it("prints a List as YAML", async () => {
    const [, line] = await two();
    const list = parse((await line.run("list -o yaml")).out) as { kind: string; items: { kind: string }[] };
    deepStrictEqual([list.kind, list.items.map(({ kind }) => kind)], ["List", ["Experiment"]]);
  });

  it("uses colour on a terminal alone", async () => {
    const simulation = new Simulation({}, bad);
    await simulation.run();
    const line = new CommandLine(simulation.api, simulation.clock);
    strictEqual((await line.run("list")).out.includes("\u001b"), false);
    const coloured = (await line.run("list", { isTerminal: true })).out;
    strictEqual(coloured.includes("\u001b[31mrolledBack\u001b[39m"), true, coloured);
  });

  it("watches: every change in a row, also across an outage", async () => {
    const [simulation, line] = await two();
    let isDown = false;
    const before = () => {
      if (isDown) throw new KubernetesError(0, "no answer");
    };
    const { written } = line.start("list --watch", { wire: { before } });
    await simulation.until(() => simulation.record?.status?.currentIteration === 3);
    isDown = true;
    await simulation.pass(2000);
    isDown = false;
    await simulation.until(() => simulation.record?.status?.serin?.stage === "ended");
    await simulation.pass(20_000);
    const rows = cells(written.out);
    deepStrictEqual(rows[0]?.[0], "NAME");
    strictEqual(rows.filter(([name]) => name === "NAME").length, 1);
    deepStrictEqual([rows[1]?.[2], rows.at(-1)?.[6]], ["2/4", "promoted"]);
    const iterations = rows.slice(1).map((row) => Number(row[2]?.split("/")[0]));
    deepStrictEqual([...new Set(iterations)], [2, 3, 4]);
    strictEqual(written.err, "waiting: no answer\n");
  });

  it("refuses a namespace and all of them, exit code 2", async () => {
    const [, line] = await two();
    const { code, err } = await line.run("list -A -n test");
    strictEqual(code, 2);
    match(err, /'--all-namespaces' and '--namespace' must not be given together/);
  });

  it("tells how to install a type that the cluster does not know", async () => {
    const line = new CommandLine(new FakeKubernetes());
    const before = () => Promise.reject(new KubernetesError(404, "Request failed with status code 404 (GET /apis)"));
    const { code, err } = await line.run("list", { wire: { before } });
    strictEqual(code, 1);
    match(err, /Install the type Experiment: npx serin-crd \| kubectl apply --server-side -f -\n$/);
  });
});

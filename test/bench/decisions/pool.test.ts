import assert from "node:assert/strict";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { work, type Job } from "../../../bench/decisions/job";
import { workOff } from "../../../bench/decisions/pool";

const WORKER = join(__dirname, "../../../bench/decisions/worker.ts");
/** The bench's own thread. It takes a second or two to load, because it has to be compiled first. */
const startReal = (): Worker => new Worker(WORKER, { execArgv: ["--require", "ts-node/register"] });
/** One that answers what `answer` says of a job. */
const start = (answer: string) => (): Worker =>
  new Worker(`const { parentPort } = require("worker_threads"); parentPort.on("message", (job) => { ${answer} });`, {
    eval: true,
  });

describe("the bench's threads", () => {
  const jobs: readonly Job[] = [1, 2, 3].map((entrant) => ({ row: 0, entrant, releases: 3, seed: 5 }));

  it("answer as the bench itself would", async () => {
    assert.deepEqual(await workOff(jobs, 1, () => undefined, startReal), jobs.map(work));
  });
  it("answer in the order of the jobs, however long each takes", async () => {
    const done: number[] = [];
    const slowFirst = start("setTimeout(() => parentPort.postMessage(job.entrant), job.entrant === 1 ? 50 : 0);");
    const cells = await workOff(jobs, 2, (count) => done.push(count), slowFirst);
    assert.deepEqual(cells, [1, 2, 3]);
    assert.deepEqual(done, [1, 2, 3]);
  });
  it("pass on what goes wrong in one of them", async () => {
    const broken = start("throw new Error('no row ' + job.row);");
    await assert.rejects(
      workOff(jobs, 1, () => undefined, broken),
      /no row 0/,
    );
  });
});

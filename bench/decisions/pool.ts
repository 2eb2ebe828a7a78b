import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Cell } from "./cell";
import type { Job } from "./job";

/**
 * Works jobs off in several threads, each the next one as soon as it is free. The cells are in the order of the jobs, and do
 * not depend on the number of threads.
 *
 * @param report told after each job how many are done
 * @param start begins a thread that answers jobs
 */
export async function workOff(
  jobs: readonly Job[],
  threads: number,
  report: (done: number) => void,
  start: () => Worker = () => new Worker(join(__dirname, "worker.js")),
): Promise<readonly Cell[]> {
  const cells = new Map<number, Cell>();
  const queue = jobs.map((job, place) => ({ job, place })).values();
  let failed = false;
  const serve = async (): Promise<void> => {
    const worker = start();
    try {
      for (const { job, place } of queue) {
        if (failed) return;
        worker.postMessage(job);
        // Rejects when the thread fails.
        const [cell] = (await once(worker, "message")) as [Cell];
        cells.set(place, cell);
        report(cells.size);
      }
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, serve));
  return jobs.map((_, place) => {
    const cell = cells.get(place);
    if (cell === undefined) throw new Error(`job ${place} was not done`);
    return cell;
  });
}

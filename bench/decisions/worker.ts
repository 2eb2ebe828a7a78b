import { parentPort } from "node:worker_threads";
import { work, type Job } from "./job";

// A thread of the bench: answers each job with its cell.
parentPort?.on("message", (job: Job) => parentPort?.postMessage(work(job)));

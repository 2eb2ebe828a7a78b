import { log } from "../mesh/log";
import { dataPlaneCommand } from "./options";
import { runDataPlane } from "./run";

/** What is to end must not outlast this: an answer of the API server may never come. */
const endMs = 5_000;

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    stop.abort();
    setTimeout(() => end("stopped, although not everything has ended", 0), endMs).unref();
  });
}

/** The programs that this process has started end with it, and with them vegeta's waiting for answers. */
function end(message: string, code: number): never {
  log(message);
  process.exit(code);
}

dataPlaneCommand((options) => runDataPlane(options, stop.signal))
  .parseAsync()
  .then(
    () => end("stopped", 0),
    (error: unknown) => {
      if (stop.signal.aborted) end("stopped", 0);
      end(`cannot run: ${error instanceof Error ? error.message : String(error)}`, 1);
    },
  );

import { SandboxError } from "../cluster";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Interrupt {
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
  /** From now on signals end the process as usual. */
  ignore(): void;
}

/** Turns Ctrl-C and its like into something that work in progress can clean up after. */
export function untilInterrupted(): Interrupt {
  const controller = new AbortController();
  const interrupt = (name: NodeJS.Signals): void => controller.abort(new SandboxError(`interrupted by ${name}`));
  for (const name of signals) process.on(name, interrupt);
  return {
    signal: controller.signal,
    ignore: () => {
      for (const name of signals) process.removeListener(name, interrupt);
    },
  };
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The user wants to stop. */
export class Interrupted extends Error {
  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.name = "Interrupted";
  }
}

export interface Interrupt {
  /** Aborted, with an `Interrupted` as reason, when the user wants to stop. */
  readonly signal: AbortSignal;
  /** From now on signals end the process as usual. */
  ignore(): void;
}

/** Turns Ctrl-C and its like into something that work in progress can clean up after. */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  const interrupt = (name: NodeJS.Signals): void => controller.abort(new Interrupted(name));
  for (const name of signals) process.on(name, interrupt);
  return {
    signal: controller.signal,
    ignore: () => {
      for (const name of signals) process.removeListener(name, interrupt);
    },
  };
}

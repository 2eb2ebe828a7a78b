import { setTimeout as sleep } from "node:timers/promises";
import { isTransient } from "../../../adapters/kubernetes/errors";

/** Asks the API server until it answers: the bench itself takes it away. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isTransient(error)) throw error;
      await sleep(500);
    }
  }
}

/** @throws Error naming what did not become true within the time, in ms */
export async function untilTrue(what: string, holds: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs / 1000} s in vain until ${what}`);
    await sleep(200);
  }
}

import type { Properties } from "../values/value";

/** The object is there, but did not become what it was waited for; the state keeps it, and the next update carries on. */
export class InitError extends Error {
  override readonly name = "InitError";

  constructor(
    readonly id: string,
    readonly outputs: Properties,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join("\n"));
  }
}

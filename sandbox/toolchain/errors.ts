/** What this machine does not have, as long as nobody installs it. */
const lacks = [
  "platformUnsupported",
  "goMissing",
  "goTooOld",
  "pythonMissing",
  "pythonTooOld",
  /** There is Python, but no pip that can fetch wheels. */
  "pipMissing",
  /** There is no wheel for this system. */
  "wheelMissing",
] as const;

export type Lack = (typeof lacks)[number];

/** The others are faults, which may be gone at the next try. */
export type ToolchainFailure = Lack | "diskFull" | "registryUnreachable" | "buildFailed";

/** What the toolchain cannot do by itself: the message says what is missing and what to do about it. */
export class ToolchainError extends Error {
  constructor(
    readonly failure: ToolchainFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "ToolchainError";
  }
}

/** Whether the machine lacks something, so that what is optional has to be done without. */
export function isLack(error: unknown): error is ToolchainError & { readonly failure: Lack } {
  return error instanceof ToolchainError && lacks.some((lack) => lack === error.failure);
}

export type ToolchainFailure =
  "platformUnsupported" | "goMissing" | "goTooOld" | "diskFull" | "registryUnreachable" | "buildFailed";

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

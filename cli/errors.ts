/** What is wrong with how a command was called: the message names the option and the value. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

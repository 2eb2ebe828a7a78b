import { endWithEngine } from "./engineGone";

/** Where the lines of progress go. */
export type Tell = (line: string) => void;

/** The provider's standard output is the engine's live progress. */
export const tell: Tell = (line) => {
  endWithEngine();
  console.log(line);
};

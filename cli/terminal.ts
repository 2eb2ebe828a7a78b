import { createColors } from "picocolors";

/** Where a command writes to. */
export interface Terminal {
  /** Results. */
  readonly out: Sink;
  /** Progress and errors. */
  readonly err: Sink;
}

export interface Sink {
  /** Whether a person watches: only then are there colours and progress. */
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** The process's own streams. */
export function processTerminal(): Terminal {
  return { out: sinkOf(process.stdout), err: sinkOf(process.stderr) };
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  return { isTerminal: stream.isTTY === true, write: (text) => void stream.write(text) };
}

export type Colours = ReturnType<typeof createColors>;

/** Colours for a terminal, unless $NO_COLOR asks for none; plain text elsewhere. */
export function coloursFor({ isTerminal }: Sink): Colours {
  return createColors(isTerminal && !process.env["NO_COLOR"]);
}

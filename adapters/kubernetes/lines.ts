import type { Readable } from "node:stream";

/**
 * Reads a stream line by line until it ends.
 *
 * @param onLine hears each line as soon as it is complete
 * @throws what the stream ends with, or `onLine` throws
 */
export async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  stream.setEncoding("utf8");
  let rest = "";
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(line);
  }
}

import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { Readable } from "node:stream";
import fc from "fast-check";
import { readLines } from "../../../adapters/kubernetes/lines";

async function linesOf(chunks: Iterable<Buffer | string>): Promise<string[]> {
  const lines: string[] = [];
  await readLines(Readable.from(chunks, { objectMode: false }), (line) => lines.push(line));
  return lines;
}

describe("readLines", () => {
  it("reads several lines of one chunk, and one line of several chunks", async () => {
    deepStrictEqual(await linesOf([Buffer.from("a\nb\nc"), Buffer.from("d"), Buffer.from("e\n")]), ["a", "b", "cde"]);
  });

  it("leaves out empty lines, and a last one that is not complete", async () => {
    deepStrictEqual(await linesOf([Buffer.from("a\n\n\nb\nhal")]), ["a", "b"]);
    deepStrictEqual(await linesOf([]), []);
  });

  it("reads the same lines however the bytes are cut", async () => {
    const line = fc.string({ unit: fc.constantFrom("a", "é", "日", "🐤", "\r", '"'), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 }),
        async (lines, cuts) => {
          const bytes = Buffer.from(lines.map((one) => `${one}\n`).join(""));
          const chunks: Buffer[] = [];
          for (let at = 0, i = 0; at < bytes.length; i += 1) {
            const end = at + (cuts[i % cuts.length] as number);
            chunks.push(bytes.subarray(at, end));
            at = end;
          }
          deepStrictEqual(await linesOf(chunks), lines);
        },
      ),
    );
  });

  it("tells of each line at once, not at the end", async () => {
    const stream = new Readable({ read: () => undefined });
    const lines: string[] = [];
    const reading = readLines(stream, (line) => lines.push(line));
    stream.push("one\ntw");
    await new Promise(setImmediate);
    deepStrictEqual(lines, ["one"]);
    stream.push("o\n");
    stream.push(null);
    await reading;
    deepStrictEqual(lines, ["one", "two"]);
  });

  it("throws what the stream ends with, after the lines before it", async () => {
    const lines: string[] = [];
    const broken = function* () {
      yield "one\ntwo";
      throw new Error("reset");
    };
    await rejects(
      readLines(Readable.from(broken(), { objectMode: false }), (line) => lines.push(line)),
      /reset/,
    );
    deepStrictEqual(lines, ["one"]);
  });

  it("closes the stream when the listener throws", async () => {
    const stream = Readable.from(["a\nb\n"], { objectMode: false });
    await rejects(
      readLines(stream, () => {
        throw new Error("no more");
      }),
      /no more/,
    );
    strictEqual(stream.destroyed, true);
  });
});

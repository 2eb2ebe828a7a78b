import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** What an attack was told. */
export interface Attack {
  readonly pid: number;
  readonly args: readonly string[];
  /** What it read from stdin. */
  readonly target: string;
}

/**
 * A program that stands for vegeta. `encode` passes on what comes. `attack` notes what it was told, passes on the file
 * `results`, and goes on until SIGINT, which it notes; without the file `goes-on` it ends at once, with exit code 3.
 */
const script = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
if [ "$1" = encode ]; then
  echo "$$ $*" >> encoders
  exec cat
fi
read -r target
trap 'echo $$ >> interrupted; exit 0' INT
{ echo "$$"; echo "$*"; echo "$target"; } > "started.$$"
cat "started.$$" >> started
cat results
[ -e goes-on ] || exit 3
while :; do sleep 0.05; done
`;

export class FakeVegeta {
  readonly program: string;

  constructor(private readonly folder: string) {
    this.program = join(folder, "vegeta");
    writeFileSync(this.program, script, { mode: 0o755 });
    this.set("goes-on", "");
    this.set("results", "");
  }

  set(file: "goes-on" | "results", text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  attacks(): readonly Attack[] {
    const lines = this.read("started");
    return Array.from({ length: Math.floor(lines.length / 3) }, (_, index) => {
      const [pid, args = "", target = ""] = lines.slice(3 * index);
      return { pid: Number(pid), args: args.split(" "), target };
    });
  }

  interrupted(): readonly number[] {
    return this.read("interrupted").map(Number);
  }

  /** The arguments of each encoder, and its process. */
  encoders(): readonly string[] {
    return this.read("encoders");
  }

  private read(file: string): string[] {
    try {
      return readFileSync(join(this.folder, file), "utf8").split("\n").slice(0, -1);
    } catch {
      return [];
    }
  }
}

/** Waits until `get` gives what `isDone` accepts, at most five seconds. */
export async function eventually<T>(get: () => T, isDone: (value: T) => boolean, what: string): Promise<T> {
  for (const end = Date.now() + 5_000; ; await sleep(10)) {
    const value = get();
    if (isDone(value)) return value;
    if (Date.now() > end) throw new Error(`not within 5 s: ${what}; it is ${JSON.stringify(value)}`);
  }
}

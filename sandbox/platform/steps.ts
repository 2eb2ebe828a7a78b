import { performance } from "node:perf_hooks";
import Table from "cli-table3";
import type { PulumiResult, RunOptions } from "../pulumi/pulumiStack";

/** The commands of the demo: how long each took, and what should not have been. */
export class Steps {
  readonly failures: string[] = [];
  private readonly times: { readonly command: string; readonly seconds: number }[] = [];

  constructor(private readonly say: (line: string) => void) {}

  fail(what: string): void {
    this.failures.push(what);
  }

  /**
   * Runs a command, telling its progress.
   *
   * @throws Error with all that it said, if it fails
   */
  async pulumi(command: string, run: (options: RunOptions) => Promise<PulumiResult>): Promise<void> {
    this.say(`$ ${command}`);
    const start = performance.now();
    const { code, stdout, stderr } = await run({ onLine: (line) => this.progress(line) });
    const seconds = (performance.now() - start) / 1000;
    this.times.push({ command, seconds });
    this.say(`  ${summaryOf(stdout)} in ${seconds.toFixed(1)} s`);
    if (code !== 0) throw new Error(`${command} failed:\n${stdout}${stderr}`);
  }

  table(): string {
    const table = new Table({ head: ["command", "seconds"], style: { head: [], border: [], compact: true } });
    for (const { command, seconds } of this.times) table.push([command, seconds.toFixed(1)]);
    return table.toString();
  }

  /** Of some hundred resources only those that take 5 s and more are told of. */
  private progress(line: string): void {
    const told = /^ *[+~-]+ +(\S+) (\S+) (?:created|updated|deleted) \((\d+(?:\.\d+)?)s\)/.exec(line);
    if (told !== null && Number(told[3]) >= 5) this.say(`  ${told[2]} (${told[1]}) after ${told[3]} s`);
  }
}

/** What Pulumi counts at the end, such as `141 created, 3 unchanged`. */
export function summaryOf(output: string): string {
  const counts = [
    ...output.matchAll(
      /^ {4}(?:[+~-]+ )?(\d+) (?:to )?(create|created|update|updated|delete|deleted|replaced|unchanged)$/gm,
    ),
  ];
  return counts.map(([, count, what]) => `${count} ${what}`).join(", ") || "done";
}

import axios from "axios";

/** Who answered a request. */
export interface Answer {
  readonly status: number;
  /** Of the sample application; undefined when a proxy answered by itself. */
  readonly workload: string | undefined;
}

/** Sends one request by an entrance of the mesh. */
export async function ask(url: string, host: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { status, headers: received } = await axios.get<unknown>(url, {
    headers: { ...headers, host },
    proxy: false,
    validateStatus: () => true,
    timeout: 10_000,
  });
  return { status, workload: received["x-workload"] === undefined ? undefined : String(received["x-workload"]) };
}

/** Who answered, as `workload status`, and how often. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, workload } of answers) {
    const who = `${workload ?? "nobody"} ${status}`;
    counts[who] = (counts[who] ?? 0) + 1;
  }
  return counts;
}

/** Sends `count` requests, some at a time. */
export async function askOften(url: string, host: string, count: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  const lane = async (): Promise<void> => {
    while (answers.length < count) answers.push(await ask(url, host));
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return answers.slice(0, count);
}

/** Asks again and again, until it is stopped. */
export class Repeater {
  private readonly answers: Answer[] = [];
  private isRunning = true;
  private readonly done: Promise<void>;

  constructor(private readonly once: () => Promise<Answer>) {
    this.done = this.repeat();
  }

  /** @returns all answers so far, counted */
  async stop(): Promise<Record<string, number>> {
    this.isRunning = false;
    await this.done;
    return tally(this.answers);
  }

  private async repeat(): Promise<void> {
    while (this.isRunning) {
      this.answers.push(await this.once());
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }
}

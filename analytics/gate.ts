/** Lets a bounded number of tasks run at a time; the others wait for their turn in the order they came. */
export class Gate {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param most tasks at a time, at least 1 */
  constructor(private readonly most: number) {}

  /**
   * Runs the task when it is its turn.
   *
   * @param signal ends the waiting; the promise is then rejected with the signal's reason
   */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.running < this.most) this.running++;
    else await this.turn(signal);
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        reject(signal.reason as Error);
      };
      this.waiting.push(go);
      signal.addEventListener("abort", leave, { once: true });
    });
  }
}

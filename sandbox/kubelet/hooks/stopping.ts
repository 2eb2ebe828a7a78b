import type { Cancel, Clock } from "../pods/clock";
import type { Container } from "../runtime/runtime";

export interface StoppingOptions {
  readonly handle: Pick<Container, "signal" | "exited">;
  readonly clock: Clock;
  /** How long it may take, in ms. */
  readonly graceMs: number;
  /** Runs the hook, if there is one; it may take `timeoutMs`. */
  readonly preStop?: (timeoutMs: number) => Promise<void>;
  readonly onPreStopFailed?: (message: string) => void;
}

/** A container gets so much after its SIGTERM, even if the hook has used up the time. */
const leastAfterTermMs = 2000;

/** Ends one container: hook, SIGTERM, and SIGKILL when the time is over. The hook's time counts. */
export class Stopping {
  private deadline: number;
  private step: "hook" | "term" | "over" = "hook";
  private cancelTimer: Cancel = () => undefined;

  constructor(private readonly options: StoppingOptions) {
    const { handle, clock, graceMs, preStop, onPreStopFailed = () => undefined } = options;
    this.deadline = clock.now() + graceMs;
    void handle.exited.then(() => this.finish());
    if (preStop === undefined) {
      this.terminate();
      return;
    }
    this.cancelTimer = clock.after(graceMs, () => this.terminate());
    // A hook that is over time is given up by the timer; how it ends after that interests nobody.
    void preStop(graceMs)
      .catch((error: unknown) => {
        if (this.step === "hook") onPreStopFailed(error instanceof Error ? error.message : String(error));
      })
      .finally(() => this.terminate());
  }

  /** Makes it quicker; never slower. */
  shorten(graceMs: number): void {
    const { clock } = this.options;
    const deadline = clock.now() + graceMs;
    if (deadline >= this.deadline || this.step === "over") return;
    this.deadline = deadline;
    this.cancelTimer();
    this.cancelTimer = clock.after(graceMs, () => (this.step === "hook" ? this.terminate() : this.kill()));
  }

  private terminate(): void {
    if (this.step !== "hook") return;
    const { handle, clock } = this.options;
    this.step = "term";
    this.cancelTimer();
    handle.signal("SIGTERM");
    const leftMs = this.deadline - clock.now();
    const graceMs = this.options.preStop === undefined ? leftMs : Math.max(leastAfterTermMs, leftMs);
    this.cancelTimer = clock.after(graceMs, () => this.kill());
  }

  private kill(): void {
    if (this.step === "over") return;
    this.options.handle.signal("SIGKILL");
  }

  private finish(): void {
    this.step = "over";
    this.cancelTimer();
  }
}

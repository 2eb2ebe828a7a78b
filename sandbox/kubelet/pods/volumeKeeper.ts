import type { Volumes } from "../volumes";
import { afterFailures, type CrashBackoff } from "./backoff";
import type { Clock } from "./clock";
import { wordsOf } from "./containerConfig";
import type { Pod } from "./pod";
import type { Surroundings } from "./surroundings";

export interface VolumeKeeperOptions {
  readonly surroundings: Pick<Surroundings, "prepareVolumes">;
  readonly clock: Clock;
  readonly podIP: string;
  /** A volume could not be made, or not be brought up to date; it is tried again. */
  readonly onFailure: (message: string) => void;
  /** There is something new to decide on. */
  readonly onChange: () => void;
}

const backoff: CrashBackoff = { baseMs: 500, capMs: 30_000, resetMs: 0 };

/** Makes the volumes of one pod, tries again where that fails, and keeps them up to date. */
export class VolumeKeeper {
  private made: Volumes | undefined;
  private work: Promise<void> | undefined;
  private failures = 0;
  private notBefore = 0;

  constructor(private readonly options: VolumeKeeperOptions) {}

  get volumes(): Volumes | undefined {
    return this.made;
  }

  /** When there is something to do without an outer cause, ms since the epoch. */
  get dueAt(): number | undefined {
    if (this.work) return undefined;
    if (this.made === undefined) return this.notBefore;
    const { nextRefreshAt } = this.made;
    return nextRefreshAt === undefined ? undefined : Math.max(nextRefreshAt, this.notBefore);
  }

  /** Does what is due; `isChanged` tells that the pod itself has changed in what volumes show of it. */
  keep(pod: Pod, isChanged = false): void {
    if (this.work) return;
    const dueAt = this.dueAt;
    const isDue = dueAt !== undefined && dueAt <= this.options.clock.now();
    if (!isDue && !(isChanged && this.made)) return;
    const { surroundings, podIP, clock, onFailure, onChange } = this.options;
    const task = async (): Promise<void> => {
      if (this.made) await this.made.refresh(pod);
      else this.made = await surroundings.prepareVolumes(pod, podIP);
    };
    this.work = task()
      .then(
        () => void (this.failures = 0),
        (error: unknown) => {
          this.failures += 1;
          this.notBefore = clock.now() + afterFailures(backoff, this.failures);
          onFailure(wordsOf(error));
        },
      )
      .finally(() => {
        this.work = undefined;
        onChange();
      });
  }

  /** Removes them, once what is under way is done. */
  async remove(): Promise<void> {
    await this.work;
    await this.made?.remove();
    this.made = undefined;
  }
}

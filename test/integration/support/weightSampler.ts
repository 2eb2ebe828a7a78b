import { weightsBySubset } from "../../../adapters/istio/virtualService";
import { isNotFound } from "../../../adapters/kubernetes/errors";
import { SERVICE, type ReleaseFixture } from "./releaseFixture";

/** Samples the route's weights every 50 ms, as a sceptic would. */
export class WeightSampler {
  private readonly samples: Readonly<Record<string, number>>[] = [];
  private running = true;
  private readonly done: Promise<void>;

  constructor(private readonly fixture: ReleaseFixture) {
    this.done = this.sample();
  }

  /** @returns the candidate's share in each sample in which the route existed, without repetitions */
  async stop(): Promise<number[]> {
    this.running = false;
    await this.done;
    const shares = this.samples.map(({ candidate = 0 }) => candidate);
    return shares.filter((share, i) => share !== shares[i - 1]);
  }

  /** Sums of all weights, without repetitions. */
  get sums(): number[] {
    return [...new Set(this.samples.map((weights) => Object.values(weights).reduce((a, b) => a + b, 0)))];
  }

  private async sample(): Promise<void> {
    while (this.running) {
      try {
        const rule = await this.fixture.virtualService();
        this.samples.push(weightsBySubset({ name: SERVICE, namespace: this.fixture.namespace }, rule));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

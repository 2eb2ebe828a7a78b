import { isOver } from "../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { patiently } from "./followPatience";
import { newsOf, type News, type Told } from "./followReports";
import type { TickReport } from "./tickResult";
import type { Clock } from "./world";

export interface FollowOptions {
  /** Reads the record; undefined when there is none. */
  readonly get: () => Promise<ExperimentResource | undefined>;
  readonly clock: Clock;
  /**
   * Hears what a driver would have reported.
   *
   * @param at when it happened, in ms since 1970
   */
  readonly onReport: (report: TickReport, at: number) => void;
  /** Hears what hinders the following, once each. */
  readonly onNotice: (text: string) => void;
  /** Time between two looks, in ms. Default: 1000. */
  readonly everyMs?: number;
  /** Asked after each look: whether to follow no longer. Default: never. */
  readonly stop?: () => Promise<boolean> | boolean;
  /** Source of jitter, [0, 1). */
  readonly random?: () => number;
}

/** For so long nobody wonders that no driver has begun a record. */
const DRIVER_EXPECTED_MS = 10_000;

/**
 * Follows a release that somebody else drives, from its record alone, and tells it from its beginning. Faults of the API
 * server are waited out; an experiment that cannot be understood is followed without reports.
 *
 * @returns the ended experiment; undefined when it is deleted, or another one has its name by now; where `stop` said so,
 *   the experiment as it was seen last
 * @throws KubernetesError for a fault that does not pass by itself
 */
export async function follow(options: FollowOptions): Promise<ExperimentResource | undefined> {
  const { get, clock, everyMs = 1000, stop = () => false } = options;
  const teller = new Teller(options);
  let last: ExperimentResource | undefined;
  for (;;) {
    const look = await patiently(get, options);
    if (look === undefined) return last;
    const experiment = look.answer;
    if (experiment === undefined || (last && last.metadata.uid !== experiment.metadata.uid)) return undefined;
    last = experiment;
    teller.tell(experiment);
    if (isOver(experiment) || (await stop())) return experiment;
    await clock.sleep(everyMs);
  }
}

/** Tells what is new at each look. */
class Teller {
  private told: Told | undefined;
  private readonly noticed = new Set<string>();
  private readonly since: number;

  constructor(private readonly options: FollowOptions) {
    this.since = options.clock.monotonic();
  }

  tell(experiment: ExperimentResource): void {
    const { clock, onReport } = this.options;
    const news = this.newsOf(experiment);
    if (news !== undefined) {
      this.told = news.told;
      if (news.lost) this.notice(`iterations ${news.lost.from} to ${news.lost.to} are not in the record any more`);
      for (const { report, at } of news.reports) onReport(report, at);
    }
    if (experiment.metadata.deletionTimestamp !== undefined) {
      this.notice("the experiment is being deleted; its driver gives the traffic back first");
    }
    const isUntouched = experiment.status?.serin === undefined && !isOver(experiment);
    if (isUntouched && clock.monotonic() - this.since >= DRIVER_EXPECTED_MS) {
      this.notice("waiting: no driver has taken the experiment up yet");
    }
  }

  private newsOf(experiment: ExperimentResource): News | undefined {
    try {
      return newsOf(this.told, experiment, this.options.clock.now());
    } catch (error) {
      this.notice(`the experiment cannot be understood: ${(error as Error).message}`);
      return undefined;
    }
  }

  private notice(text: string): void {
    if (this.noticed.has(text)) return;
    this.noticed.add(text);
    this.options.onNotice(text);
  }
}

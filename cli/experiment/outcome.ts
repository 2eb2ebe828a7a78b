import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { follow } from "../../driver/follow";
import { followLines } from "../../driver/followReports";
import { formatDuration } from "../../engine";
import { coloursFor } from "../terminal";
import { json, titleOf, type Cluster } from "./cluster";
import { EXIT, ExitError, exitCodeOf, type ExitCode } from "./exit";
import { coloured } from "./rows";

/** What may be waited for. */
export const MILESTONES = ["started", "verdict", "completed"] as const;
export type Milestone = (typeof MILESTONES)[number];

export interface Waiting {
  readonly until: (experiment: ExperimentResource) => boolean;
  /** Undefined: without limit. */
  readonly timeoutMs?: number;
  /** Whether to show the progress meanwhile. */
  readonly show?: boolean;
}

/**
 * Follows an experiment until something is so, or it has ended.
 *
 * @throws ExitError when the time is over, or the experiment is deleted
 */
export async function waitFor(
  cluster: Cluster,
  experiment: ExperimentResource,
  { until, timeoutMs, show = false }: Waiting,
): Promise<ExperimentResource> {
  const { store, clock, terminal } = cluster;
  const { namespace, name } = experiment.metadata;
  const tell = (line: string): void => terminal.err.write(`${line}\n`);
  const deadline = timeoutMs === undefined ? Infinity : clock.monotonic() + timeoutMs;
  let latest: ExperimentResource | undefined = experiment;
  const isReached = () => latest !== undefined && until(latest);
  const last = await follow({
    get: async () => (latest = await store.get(namespace, name)),
    clock,
    onReport: (report, at) => {
      if (show) followLines(report, at).forEach(tell);
    },
    onNotice: tell,
    stop: () => isReached() || clock.monotonic() >= deadline,
  });
  if (last === undefined) throw new ExitError(EXIT.notFound, `${titleOf(experiment)} was deleted`);
  if (isReached() || last.status?.serin?.stage === "ended" || last.status?.phase === "Completed") return last;
  const stands = last.status?.serin?.reason ?? "no driver has taken it up yet.";
  const patience = formatDuration(timeoutMs ?? 0);
  throw new ExitError(EXIT.timeout, `after ${patience}, ${titleOf(experiment)} is not so far: ${stands}`);
}

/** Waits for a milestone, prints how the release stands then, and returns its exit code. */
export async function awaitMilestone(
  cluster: Cluster,
  experiment: ExperimentResource,
  milestone: Milestone,
  options: { readonly timeoutMs?: number; readonly show?: boolean; readonly output: "table" | "json" },
): Promise<ExitCode> {
  const reached = await waitFor(cluster, experiment, { ...options, until: REACHED[milestone] });
  const { out } = cluster.terminal;
  out.write(options.output === "json" ? json(reached) : `${titleOf(reached)}: ${standing(cluster, reached)}\n`);
  const hasStarted = milestone === "started" && REACHED.started(reached);
  return hasStarted ? EXIT.ok : exitCodeOf(reached.status?.serin?.verdict);
}

const REACHED: Readonly<Record<Milestone, (experiment: ExperimentResource) => boolean>> = {
  started: ({ status }) => status?.serin?.startedAt !== undefined,
  verdict: ({ status }) => status?.serin?.verdict !== undefined,
  completed: ({ status }) => status?.serin?.stage === "ended",
};

/** "promoted, the candidate has 100 % of the traffic. …", in colour on a terminal. */
export function standing({ terminal }: Pick<Cluster, "terminal">, { status }: ExperimentResource): string {
  const { verdict, reason = "No driver has taken it up yet.", paused } = status?.serin ?? {};
  const stands =
    verdict === undefined ? (paused ? "paused" : "in progress") : coloured(verdict, coloursFor(terminal.out));
  return `${stands}, the candidate has ${status?.trafficSplitPercentage?.candidate ?? 0} % of the traffic. ${reason}`;
}

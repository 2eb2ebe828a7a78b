import type { ServiceTraffic } from "./plan";

/** How a candidate behaves: good all the time, bad all the time, or bad from some weight on. */
export type Behaviour = "good" | "bad" | "turnsBad";

/** One release of a round. All names are in one namespace. */
export interface Release {
  readonly namespace: string;
  readonly service: string;
  readonly experiment: string;
  /** Names of Deployments. */
  readonly baseline: string;
  readonly candidate: string;
  readonly behaviour: Behaviour;
  /** Where its Service's traffic differs from the plan's. */
  readonly traffic?: Partial<ServiceTraffic>;
}

const NAMESPACE_COUNT = 10;

/** The namespaces that the Services are spread over. */
export const NAMESPACES: readonly string[] = Array.from({ length: NAMESPACE_COUNT }, (_, i) => `bench-${i}`);

/** Key of a release's Service in maps. */
export function serviceKey({ namespace, service }: Pick<Release, "namespace" | "service">): string {
  return `${namespace}/${service}`;
}

/** Key of a release's Experiment in maps. */
export function experimentKey({ namespace, experiment }: Pick<Release, "namespace" | "experiment">): string {
  return `${namespace}/${experiment}`;
}

/** Name of the Deployment whose pods have these labels. The bench names its Deployments so. */
export function workloadOf(labels: Readonly<Record<string, string>>): string {
  return `${labels["app"] ?? ""}-${labels["version"] ?? ""}`;
}

/**
 * A third of each round's candidates is bad: in turn one from the start and one at a higher weight. Which ones changes
 * from round to round.
 */
export function behaviourOf(index: number, round: number): Behaviour {
  const place = index + round;
  if (place % 3 !== 2) return "good";
  return place % 6 === 2 ? "bad" : "turnsBad";
}

/**
 * The releases of a round.
 *
 * @param round from 1
 * @param baselines Deployment that serves now, by Service; without an entry the first version does
 */
export function releasesOf(count: number, round: number, baselines: ReadonlyMap<string, string>): readonly Release[] {
  return Array.from({ length: count }, (_, index) => {
    const service = `web-${String(index).padStart(4, "0")}`;
    const namespace = NAMESPACES[index % NAMESPACE_COUNT] as string;
    return {
      namespace,
      service,
      experiment: `${service}-r${round}`,
      baseline: baselines.get(serviceKey({ namespace, service })) ?? `${service}-v1`,
      candidate: `${service}-v${round + 1}`,
      behaviour: behaviourOf(index, round),
    };
  });
}

/** The Deployment that ought to serve after a release. */
export function rightWinner({ behaviour, baseline, candidate }: Release): string {
  return behaviour === "good" ? candidate : baseline;
}

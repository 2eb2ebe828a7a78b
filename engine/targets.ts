import type { Plan } from "./plan";

/** `down`: no pod is Ready. `partial`: some are, or an older template still runs. `ready`: all are. */
export type TargetState = "missing" | "down" | "partial" | "ready";

/** The Kubernetes objects a release is about, as they are at one moment. */
export interface Targets {
  readonly service: "missing" | "ready";
  readonly baseline: TargetState;
  readonly candidate: TargetState;
}

export function allReady(targets: Targets): boolean {
  return targets.service === "ready" && targets.baseline === "ready" && targets.candidate === "ready";
}

/** What a release that has not begun is waiting for; Iter8's words, in Iter8's order, for what is missing. */
export function waitingFor(plan: Plan, targets: Targets): string {
  if (targets.service === "missing") return "Missing Service";
  if (targets.baseline === "missing") return "Missing Baseline";
  if (targets.candidate === "missing") return "Missing Candidate";
  const notReady = targets.baseline !== "ready" ? plan.baseline : plan.candidate;
  return `Deployment ${notReady} is not Ready`;
}

/** Whether the version has at least one pod to answer a request. */
export function canServe(target: TargetState): boolean {
  return target === "ready" || target === "partial";
}

import { conditionOf, type LiveObject } from "../cluster/object";
import type { Properties } from "../values/value";
import { failed, READY, waiting, type Progress } from "./progress";

interface ContainerStatus {
  readonly name: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly reason?: string; readonly message?: string; readonly exitCode?: number };
  };
}

export function podProgress(pod: LiveObject): Progress {
  const phase = pod.status?.["phase"];
  if (phase === "Succeeded" || conditionOf(pod, "Ready")?.status === "True") return READY;
  const reasons = podReasons(pod);
  const said = reasons.length > 0 ? `: ${reasons.join("; ")}` : "";
  if (phase === "Failed") return failed(`the pod failed${said}`);
  return waiting(`waiting for the pod to be ready (${String(phase ?? "Pending")})${said}`);
}

/** Why a pod is not ready, as its containers and the scheduler say. */
export function podReasons(pod: LiveObject): string[] {
  const containers = [...statuses(pod.status, "initContainerStatuses"), ...statuses(pod.status, "containerStatuses")];
  const ofContainers = containers.flatMap(({ name, state }) => {
    const { waiting: waits, terminated } = state ?? {};
    // These two pass by themselves, and say nothing.
    if (waits?.reason && !["ContainerCreating", "PodInitializing"].includes(waits.reason)) {
      return [`container ${name}: ${sentence(waits.reason, waits.message)}`];
    }
    if (terminated && terminated.exitCode !== 0) {
      return [
        `container ${name}: ${sentence(terminated.reason ?? `exit code ${terminated.exitCode}`, terminated.message)}`,
      ];
    }
    return [];
  });
  const scheduled = conditionOf(pod, "PodScheduled");
  const unscheduled =
    scheduled?.status === "False" ? [sentence(scheduled.reason ?? "not scheduled", scheduled.message)] : [];
  return [...unscheduled, ...ofContainers];
}

function statuses(status: Properties | undefined, key: string): readonly ContainerStatus[] {
  return (status?.[key] ?? []) as unknown as readonly ContainerStatus[];
}

function sentence(reason: string, message: string | undefined): string {
  return message ? `${reason}: ${message}` : reason;
}

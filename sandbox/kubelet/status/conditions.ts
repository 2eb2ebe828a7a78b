import type { V1PodCondition } from "@kubernetes/client-node";
import { wholeSeconds } from "../pods/clock";
import { timeOf, type Pod } from "../pods/pod";
import type { ContainerRecord } from "../pods/record";
import { isReady } from "./containers";
import type { Phase } from "./phase";

/** A condition without its times. */
interface Verdict {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason?: string;
  readonly message?: string;
}

export interface ConditionInputs {
  readonly pod: Pod;
  readonly records: readonly ContainerRecord[];
  readonly phase: Phase;
  /** Address and volumes are there. */
  readonly isPrepared: boolean;
  /** As they were written last. */
  readonly before: readonly V1PodCondition[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The kubelet's conditions, in the order in which a pod passes them. PodScheduled is the scheduler's. */
export function conditionsOf(inputs: ConditionInputs): V1PodCondition[] {
  const containersReady = containersReadyOf(inputs);
  const verdicts: Verdict[] = [
    { type: "PodReadyToStartContainers", status: inputs.isPrepared ? "True" : "False" },
    initializedOf(inputs),
    readyOf(inputs, containersReady),
    containersReady,
  ];
  return verdicts.map((verdict) => timed(verdict, inputs));
}

function initializedOf({ records, phase }: ConditionInputs): Verdict {
  const type = "Initialized";
  if (phase === "Succeeded") return { type, status: "True", reason: "PodCompleted" };
  if (records.some(({ container, begun }) => container.role === "main" && begun)) return { type, status: "True" };
  const incomplete = records.filter((record) => {
    const { role } = record.container;
    if (role === "sidecar") return !(record.state.is === "running" && record.state.started);
    return role === "init" && !isReady(record);
  });
  if (incomplete.length === 0) return { type, status: "True" };
  const message = `containers with incomplete status: [${namesOf(incomplete)}]`;
  return { type, status: "False", reason: "ContainersNotInitialized", message };
}

function containersReadyOf({ records, phase }: ConditionInputs): Verdict {
  const type = "ContainersReady";
  if (phase === "Succeeded") return { type, status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { type, status: "False", reason: "PodFailed" };
  const unready = records.filter((record) => record.container.role !== "init" && !isReady(record));
  if (unready.length === 0) return { type, status: "True" };
  const message = `containers with unready status: [${namesOf(unready)}]`;
  return { type, status: "False", reason: "ContainersNotReady", message };
}

function readyOf({ pod }: ConditionInputs, { status, reason, message }: Verdict): Verdict {
  const type = "Ready";
  if (status === "False") return { type, status, reason, message };
  const unmet = (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = pod.status?.conditions?.find((one) => one.type === conditionType);
    if (gate === undefined) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (gate.status === "True") return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`];
  });
  if (unmet.length === 0) return { type, status: "True" };
  return { type, status: "False", reason: "ReadinessGatesNotReady", message: unmet.join(", ") };
}

/** Only a change of the status moves its time. */
function timed(verdict: Verdict, { pod, before, now }: ConditionInputs): V1PodCondition {
  const old = before.find(({ type }) => type === verdict.type);
  const since = old?.status === verdict.status ? timeOf(old.lastTransitionTime) : undefined;
  const { generation } = pod.metadata;
  return {
    ...verdict,
    lastTransitionTime: wholeSeconds(since ?? now),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
}

function namesOf(records: readonly ContainerRecord[]): string {
  return records.map(({ container }) => container.spec.name).join(" ");
}

import { conditionOf, type LiveObject } from "../cluster/object";
import { isMap } from "../values/value";
import { failed, isObserved, numberIn, READY, waiting, type Progress } from "./progress";

export function deploymentProgress(deployment: LiveObject): Progress {
  const { spec, status } = deployment;
  if (spec?.["paused"] === true) return READY;
  if (!isObserved(deployment)) return waiting("waiting for the controller to see the change");
  const progressing = conditionOf(deployment, "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded") {
    return failed(`the rollout made no progress in time: ${progressing.message ?? "ProgressDeadlineExceeded"}`);
  }
  const wanted = numberIn(spec, "replicas", 1);
  const updated = numberIn(status, "updatedReplicas");
  const available = numberIn(status, "availableReplicas");
  if (updated < wanted) return waiting(`waiting for new pods (${updated}/${wanted})`);
  const old = numberIn(status, "replicas") - updated;
  if (old > 0) return waiting(`waiting for ${old} old pod${old > 1 ? "s" : ""} to end`);
  if (available < updated) return waiting(`waiting for pods to be available (${available}/${updated})`);
  return READY;
}

export function statefulSetProgress(set: LiveObject): Progress {
  const { spec, status } = set;
  if (!isObserved(set)) return waiting("waiting for the controller to see the change");
  const wanted = numberIn(spec, "replicas", 1);
  const ready = numberIn(status, "readyReplicas");
  if (ready < wanted) return waiting(`waiting for pods to be ready (${ready}/${wanted})`);
  const strategy = isMap(spec?.["updateStrategy"]) ? spec["updateStrategy"] : {};
  if (strategy["type"] === "OnDelete") return READY;
  const rolling = isMap(strategy["rollingUpdate"]) ? strategy["rollingUpdate"] : {};
  const due = wanted - numberIn(rolling, "partition");
  const isNew = status?.["currentRevision"] === status?.["updateRevision"];
  const updated = numberIn(status, "updatedReplicas");
  if (!isNew && updated < due) return waiting(`waiting for pods to be updated (${updated}/${due})`);
  return READY;
}

export function daemonSetProgress(set: LiveObject): Progress {
  const { spec, status } = set;
  if (!isObserved(set)) return waiting("waiting for the controller to see the change");
  const wanted = numberIn(status, "desiredNumberScheduled");
  const strategy = isMap(spec?.["updateStrategy"]) ? spec["updateStrategy"] : {};
  const updated = numberIn(status, "updatedNumberScheduled");
  if (strategy["type"] !== "OnDelete" && updated < wanted)
    return waiting(`waiting for new pods (${updated}/${wanted})`);
  const available = numberIn(status, "numberAvailable");
  if (available < wanted) return waiting(`waiting for pods to be available (${available}/${wanted})`);
  return READY;
}

export function jobProgress(job: LiveObject): Progress {
  if (job.spec?.["suspend"] === true) return READY;
  if (conditionOf(job, "Complete")?.status === "True") return READY;
  const failure = conditionOf(job, "Failed");
  if (failure?.status === "True")
    return failed(`the job failed: ${failure.message ?? failure.reason ?? "no reason given"}`);
  const wanted = numberIn(job.spec, "completions", 1);
  return waiting(`waiting for the job to complete (${numberIn(job.status, "succeeded")}/${wanted})`);
}

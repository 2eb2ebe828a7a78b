import type { KubernetesClient } from "../adapters/kubernetes/client";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { ExperimentStore } from "../adapters/kubernetes/experiments";
import { EXPERIMENTS } from "../adapters/kubernetes/paths";
import type { ReleaseInputs } from "./inputs";
import { ANNOTATION_SUPERSEDED, candidateName, LABEL_RELEASE } from "./version";

/** Ended experiments of a release that are kept for people to look at. */
const KEPT = 10;

/** The experiments that releases of this Service have made, oldest first. */
export async function experimentsOf(client: KubernetesClient, inputs: ReleaseTarget): Promise<ExperimentResource[]> {
  const found = await new ExperimentStore(client).list(inputs.namespace, `${LABEL_RELEASE}=${inputs.service}`);
  const age = ({ metadata }: ExperimentResource) => metadata.creationTimestamp ?? "";
  return found.sort((a, b) => age(a).localeCompare(age(b)));
}

export type ReleaseTarget = Pick<ReleaseInputs, "namespace" | "service">;

export function isEnded({ status }: ExperimentResource): boolean {
  return status?.serin?.stage === "ended";
}

/** Whether an experiment is the try that the inputs ask for: the same candidate, the same attempt. */
function isSameTry({ spec }: ExperimentResource, inputs: ReleaseInputs): boolean {
  return spec.targetService.candidate === candidateName(inputs) && (spec.serin?.attempt ?? "") === inputs.attempt;
}

/**
 * The experiment of this very try, running or ended. One that the release had moved on from is removed when the same
 * candidate is asked for anew.
 *
 * @param isNew the inputs ask for something else than the last completed update did
 */
export async function findTry(
  client: KubernetesClient,
  inputs: ReleaseInputs,
  isNew: boolean,
): Promise<ExperimentResource | undefined> {
  const found = (await experimentsOf(client, inputs)).filter((one) => isSameTry(one, inputs)).at(-1);
  const superseded = found?.metadata.annotations?.[ANNOTATION_SUPERSEDED] !== undefined;
  if (!found || !isNew || !superseded || !isEnded(found)) return found;
  await removeEnded(client, found);
  return undefined;
}

/**
 * Marks what this request leaves behind: ended experiments of other tries, of which the oldest are removed.
 *
 * @returns the other tries that have not ended
 */
export async function supersedeOthers(client: KubernetesClient, inputs: ReleaseInputs): Promise<ExperimentResource[]> {
  const others = (await experimentsOf(client, inputs)).filter((one) => !isSameTry(one, inputs));
  const ended = others.filter(isEnded);
  for (const { metadata } of ended.slice(-KEPT)) {
    if (metadata.annotations?.[ANNOTATION_SUPERSEDED] !== undefined) continue;
    const annotations = { [ANNOTATION_SUPERSEDED]: "true" };
    await client.merge(EXPERIMENTS, metadata.namespace, metadata.name, { metadata: { annotations } });
  }
  for (const old of ended.slice(0, -KEPT)) await removeEnded(client, old);
  return others.filter((other) => !isEnded(other));
}

/** Removes an ended experiment, which leaves nothing for its finalizer to do. */
export async function removeEnded(client: KubernetesClient, experiment: ExperimentResource): Promise<void> {
  const store = new ExperimentStore(client);
  const { namespace, name } = experiment.metadata;
  await store.requestDeletion(namespace, name);
  const left = await store.get(namespace, name);
  if (left) await store.removeFinalizer(left);
}

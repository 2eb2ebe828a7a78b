import type { KubernetesClient } from "../adapters/kubernetes/client";
import { getDeployment, podLabels, targetState, type Deployment } from "../adapters/kubernetes/deployments";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { ExperimentStore } from "../adapters/kubernetes/experiments";
import { systemClock } from "../driver/world";
import { chooseDriver } from "./driver";
import { experimentFor } from "./experiment";
import { findTry, isEnded, removeEnded, supersedeOthers } from "./history";
import type { ReleaseInputs } from "./inputs";
import { leftovers } from "./leftovers";
import { liveWeights, outputsOf, uncomparedOutputs, type ReleaseOutputs } from "./outputs";
import { ensureRoute, routesOf } from "./routes";
import type { Tell } from "./tell";
import { untilEnded } from "./untilEnded";
import { candidateName, deploymentName, LABEL_RELEASE } from "./version";
import { assertComparable } from "./comparable";
import { endExperiment, removeOwned } from "./withdraw";
import { applyVersion, ensureService, stableDeployment, untilReady } from "./workload";

/**
 * Releases what the inputs ask for and returns the verdict. Whatever of it has been done already, by this process or
 * one that was killed, is found in the cluster and not done again.
 *
 * @param isNew the inputs ask for something else than the last completed update did
 */
export async function release(
  client: KubernetesClient,
  inputs: ReleaseInputs,
  isNew: boolean,
  tell: Tell,
): Promise<ReleaseOutputs> {
  await endOtherReleases(client, inputs, tell);
  await ensureService(client, inputs);
  const tried = await findTry(client, inputs, isNew);
  if (tried && !isEnded(tried)) return follow(client, inputs, tried, "joining", tell);

  const stable = await stableDeployment(client, inputs, routesOf(client, inputs));
  if (tried && (await stillStands(client, tried, stable))) return repeatOutcome(client, inputs, tried, tell);
  if (tried) await removeEnded(client, tried);

  const reason = whyNotCompare(inputs, stable);
  if (stable === undefined || reason !== undefined) {
    return deployUncompared(client, inputs, stable, reason ?? "", tell);
  }
  return compare(client, inputs, stable, tell);
}

/** Why a workload is deployed without a comparison; undefined when there is something to compare it with. */
function whyNotCompare({ service, workload }: ReleaseInputs, stable: Deployment | undefined): string | undefined {
  if (!workload) return undefined;
  const name = deploymentName(service, workload);
  if (stable === undefined) return `First deployment of ${service}: there was no baseline to compare ${name} with.`;
  if (stable.metadata.name === name) return `${name} is the stable version already.`;
  if (targetState(stable) !== "down") return undefined;
  return `The baseline ${stable.metadata.name} had no Ready pod to compare ${name} with.`;
}

async function deployUncompared(
  client: KubernetesClient,
  inputs: ReleaseInputs,
  stable: Deployment | undefined,
  reason: string,
  tell: Tell,
): Promise<ReleaseOutputs> {
  const { workload } = inputs;
  if (!workload) throw new Error(`'baseline' (${inputs.baseline}) is no Deployment in namespace ${inputs.namespace}`);
  const deployment = await applyVersion(client, inputs, workload, stable);
  const { name } = deployment.metadata;
  await untilReady(client, inputs, name, tell);
  await ensureRoute(client, inputs, { role: "stable", stable: podLabels(deployment) });
  if (stable && stable.metadata.name !== name && inputs.removeLoser !== false) {
    await removeOwned(client, inputs, stable.metadata.name);
  }
  tell(reason);
  return uncomparedOutputs(name, reason, systemClock.now());
}

async function compare(
  client: KubernetesClient,
  inputs: ReleaseInputs,
  stable: Deployment,
  tell: Tell,
): Promise<ReleaseOutputs> {
  const { workload } = inputs;
  assertComparable(inputs, stable, await routesOf(client, inputs).read());
  // The guard comes first: whatever the candidate's pods do from here on, no request reaches them.
  await ensureRoute(client, inputs, { role: "stable", stable: podLabels(stable) });
  if (workload) await applyVersion(client, inputs, workload, stable);
  const experiment = await new ExperimentStore(client).create(
    experimentFor(inputs, stable.metadata.name, removesLoser(inputs, stable), await chooseDriver(client, inputs)),
  );
  return follow(client, inputs, experiment, "starting", tell);
}

async function follow(
  client: KubernetesClient,
  inputs: ReleaseInputs,
  experiment: ExperimentResource,
  verb: "starting" | "joining",
  tell: Tell,
): Promise<ReleaseOutputs> {
  const { baseline, candidate } = experiment.spec.targetService;
  tell(`${verb} experiment ${experiment.metadata.name}: ${candidate} against ${baseline}`);
  const ended = await untilEnded(client, inputs, experiment, tell);
  const outputs = outputsOf(ended);
  const loser = [baseline, candidate].find((name) => outputs.winner !== undefined && name !== outputs.winner);
  if (loser !== undefined && inputs.workload && inputs.removeLoser !== false) await removeOwned(client, inputs, loser);
  return outputs;
}

/**
 * A release that owns its workload tidies up after itself; Deployments that it has not made it leaves alone, unless
 * told otherwise.
 */
function removesLoser({ removeLoser, workload, service }: ReleaseInputs, stable: Deployment): boolean {
  return removeLoser ?? (workload !== undefined && stable.metadata.labels?.[LABEL_RELEASE] === service);
}

/** The same try as the last: its outcome stands, and a route that was changed since is put right. */
async function repeatOutcome(
  client: KubernetesClient,
  inputs: ReleaseInputs,
  ended: ExperimentResource,
  tell: Tell,
): Promise<ReleaseOutputs> {
  const outputs = outputsOf(ended);
  const { candidateVersion, verdict, stableVersion } = outputs;
  tell(
    `${candidateVersion} is not tried again: it ended as ${verdict} (${outputs.reason}) ` +
      `Change the ${inputs.workload ? "template" : "candidate"} or 'attempt' to try again.`,
  );
  const stable = await getDeployment(client, inputs.namespace, stableVersion);
  if (stable && Object.keys(outputs.weights).length === 1) {
    await ensureRoute(client, inputs, { role: "stable", stable: podLabels(stable) });
  }
  return { ...outputs, weights: await liveWeights(routesOf(client, inputs), outputs) };
}

/** Whether the outcome of an ended try still is how things are: the version it left serving is the one that serves. */
async function stillStands(
  client: KubernetesClient,
  tried: ExperimentResource,
  stable: Deployment | undefined,
): Promise<boolean> {
  const { stableVersion } = outputsOf(tried);
  if (stable?.metadata.name === stableVersion) return true;
  return (await getDeployment(client, tried.metadata.namespace, stableVersion)) !== undefined;
}

/** Other releases of the same Service that were cut off end, and what they left goes, before a new one begins. */
async function endOtherReleases(client: KubernetesClient, inputs: ReleaseInputs, tell: Tell): Promise<void> {
  const candidate = candidateName(inputs);
  for (const other of await supersedeOthers(client, inputs)) {
    const { candidate: replaced } = other.spec.targetService;
    tell(`ending experiment ${other.metadata.name} (${replaced}), which ${candidate} replaces`);
    await endExperiment(client, other, inputs.leaseDuration, tell);
    if (replaced !== candidate) await removeOwned(client, inputs, replaced);
  }
  if (!inputs.workload || inputs.removeLoser === false) return;
  for (const name of await leftovers(client, inputs, routesOf(client, inputs))) {
    if (name !== candidate) await removeOwned(client, inputs, name);
  }
}

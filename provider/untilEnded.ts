import type { KubernetesClient } from "../adapters/kubernetes/client";
import { driverOf } from "../adapters/kubernetes/experiment/read";
import type { DriverName, ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { ExperimentStore } from "../adapters/kubernetes/experiments";
import { isConflict } from "../adapters/kubernetes/errors";
import { drive } from "../driver/drive";
import { follow } from "../driver/follow";
import { progressLines } from "../driver/progress";
import type { TickReport } from "../driver/tickResult";
import { systemClock } from "../driver/world";
import { connectDriver } from "./connect";
import { chooseDriver, controllerWatch } from "./driver";
import { isEnded } from "./history";
import type { ReleaseInputs } from "./inputs";
import type { Tell } from "./tell";

/**
 * Sees a release through, by driving it or by following the controller that does, whichever it is to be. Each takes over
 * when the other one has gone.
 *
 * @returns the ended experiment
 * @throws Error when somebody deleted it
 */
export async function untilEnded(
  client: KubernetesClient,
  inputs: ReleaseInputs,
  experiment: ExperimentResource,
  tell: Tell,
): Promise<ExperimentResource> {
  const { name } = experiment.metadata;
  const listener = {
    onTick: (report: TickReport, at: number) => progressLines(report, at).forEach(tell),
    onNotice: tell,
  };
  let driver = await chooseDriver(client, inputs);
  for (;;) {
    const assigned = await assign(client, experiment, driver);
    if (assigned === undefined) throw deleted(name);
    if (driver === "controller")
      tell("the controller in the cluster drives it; a `pulumi up` that ends early leaves it going");
    const ended =
      driver === "pulumi"
        ? await driveHere(client, inputs, assigned, listener)
        : await followThere(client, inputs, assigned, listener);
    if (ended === "gone") throw deleted(name);
    if (ended !== "handedOver") return ended;
    driver = driver === "pulumi" ? "controller" : "pulumi";
    tell(driver === "pulumi" ? "the controller has gone: driving from here" : "the controller has taken over");
  }
}

type Outcome = ExperimentResource | "gone" | "handedOver";

interface Listener {
  readonly onTick: (report: TickReport, at: number) => void;
  readonly onNotice: (text: string) => void;
}

async function driveHere(
  client: KubernetesClient,
  { leaseDuration }: ReleaseInputs,
  experiment: ExperimentResource,
  { onTick, onNotice }: Listener,
): Promise<Outcome> {
  const { world, lease } = connectDriver(client, experiment, leaseDuration);
  const outcome = await drive(world, lease, experiment.metadata, {
    onTick: (report) => onTick(report, world.clock.now()),
    onNotice,
  });
  return outcome.kind === "ended" ? outcome.experiment : outcome.kind;
}

async function followThere(
  client: KubernetesClient,
  inputs: ReleaseInputs,
  { metadata: { namespace, name } }: ExperimentResource,
  { onTick, onNotice }: Listener,
): Promise<Outcome> {
  const store = new ExperimentStore(client);
  const seen = await follow({
    get: () => store.get(namespace, name),
    clock: { ...systemClock, now: () => client.clock.now() },
    onReport: onTick,
    onNotice,
    // Who asked for the controller waits for it.
    stop: inputs.driver === "controller" ? undefined : controllerWatch(client, inputs, systemClock.monotonic),
  });
  if (seen === undefined) return "gone";
  return isEnded(seen) ? seen : "handedOver";
}

/** Gives the release to a driver, if the record gives it to another one. @returns undefined when it is gone */
async function assign(
  client: KubernetesClient,
  experiment: ExperimentResource,
  driver: DriverName,
): Promise<ExperimentResource | undefined> {
  const store = new ExperimentStore(client);
  const { namespace, name } = experiment.metadata;
  for (;;) {
    const current = await store.get(namespace, name);
    if (current === undefined || driverOf(current) === driver || isEnded(current)) return current;
    try {
      return await store.assign(current, driver);
    } catch (error) {
      if (!isConflict(error)) throw error; // the record moves on all the time
    }
  }
}

function deleted(name: string): Error {
  return new Error(`experiment ${name} was deleted while it ran; all traffic is on the baseline`);
}

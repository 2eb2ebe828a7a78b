import { planOf, stateOf } from "../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import {
  assessmentDueAt,
  isEnded,
  needsObservation,
  step,
  type Occurrence,
  type Plan,
  type ReleaseState,
  type Transition,
} from "../engine";
import { releaseFinalizer } from "./abandon";
import { advanceEnding, type Drain } from "./ending";
import { record } from "./record";
import { followRecord } from "./route";
import { readScene, targetsOf, type Scene } from "./scene";
import { LOOK_EVERY_MS, type TickResult } from "./tickResult";
import type { World } from "./world";

/**
 * One look at a release: put the route to what the record says, observe and assess if that is due, decide, record,
 * then route. It may be cut off at any instruction; the next tick, in whichever process, carries on from the record.
 *
 * @param drain memory of this driver about when it saw the final split in place
 */
export async function tick(world: World, namespace: string, name: string, drain: Drain): Promise<TickResult> {
  const experiment = await world.store.get(namespace, name);
  if (experiment === undefined) return { kind: "gone" };
  const now = world.clock.now();
  const plan = planOf(experiment);
  const state = stateOf(experiment, plan, now);
  if (experiment.metadata.deletionTimestamp !== undefined) {
    await releaseFinalizer(world, experiment, plan, state);
    return { kind: "gone" };
  }
  if (isEnded(state)) return { kind: "ended", experiment, report: { plan, before: state, after: state, occurrences: [] } };

  const scene = await readScene(world, experiment);
  if (state.stage === "ending") return advanceEnding(world, experiment, plan, state, scene, drain);
  const settled = await settleRoute(world, experiment, plan, state, scene);
  if (settled !== undefined) return settled;
  return decide(world, experiment, plan, state, scene);
}

/** Brings the route to what the record says. Returns a result when that changed the record, to start afresh from it. */
async function settleRoute(
  world: World,
  experiment: ExperimentResource,
  plan: Plan,
  state: ReleaseState,
  scene: Scene,
): Promise<TickResult | undefined> {
  const foreign = scene.route.foreignEdit;
  if (!(await followRecord(experiment, state, scene))) return undefined;
  const unfinished = state.stage === "iterating" && !foreign;
  if (!foreign && !unfinished) return undefined;
  const occurrences: Occurrence[] = [];
  let after = state;
  if (foreign) {
    const pause = experiment.spec.serin?.onForeignEdit === "pause" && !state.paused;
    const message = "The route was changed by somebody else and has been put right";
    occurrences.push({ reason: "RoutingRulesError", message: pause ? `${message}; paused` : message });
    if (pause) after = { ...after, paused: true, reason: `${message}; paused until resumed.` };
    occurrences.push({ reason: "RoutingRulesReady", message: "" });
  }
  // The recorded weight was not in effect until now, so the iteration has only begun.
  if (unfinished) after = { ...after, iterationStartedAt: world.clock.now() };
  await record(world, experiment, plan, state, { state: after, occurrences });
  return { kind: "running", wakeInMs: 0, report: { plan, before: state, after, occurrences } };
}

async function decide(
  world: World,
  experiment: ExperimentResource,
  plan: Plan,
  state: ReleaseState,
  scene: Scene,
): Promise<TickResult> {
  const now = world.clock.now();
  const observation =
    needsObservation(plan, state, now) && state.startedAt !== undefined
      ? await world.observe(experiment, state.startedAt, now)
      : undefined;
  const action = experiment.action || undefined;
  const transition = step(plan, state, { now, targets: targetsOf(scene), action, observation });
  const isNew = experiment.status?.serin === undefined;
  if (transition.state !== state || isNew) await carryOut(world, experiment, plan, state, transition, scene);
  else if (action === "resume") await world.store.clearAction(experiment);
  const { state: after, occurrences } = transition;
  return { kind: "running", wakeInMs: wakeIn(plan, after, now), report: { plan, before: state, after, occurrences } };
}

/** Recorded first, routed second: whoever finds the record can finish the route. */
async function carryOut(
  world: World,
  experiment: ExperimentResource,
  plan: Plan,
  before: ReleaseState,
  transition: Transition,
  scene: Scene,
): Promise<void> {
  const written = await record(world, experiment, plan, before, transition);
  // A verdict's route is the ending's work; it also sees to the drain.
  if (transition.state.stage !== "ending") {
    const route = transition.state.weight === before.weight ? undefined : await scene.routes.read();
    if (route) await followRecord(written, transition.state, { ...scene, route });
  }
  if (experiment.action === "resume") await world.store.clearAction(written);
}

function wakeIn(plan: Plan, state: ReleaseState, now: number): number {
  if (state.stage === "ending") return 0;
  const due = assessmentDueAt(plan, state);
  if (due === undefined || due <= now) return LOOK_EVERY_MS;
  return Math.min(due - now, LOOK_EVERY_MS);
}

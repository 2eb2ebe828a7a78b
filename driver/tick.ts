import { driverOf, planOf, stateOf } from "../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import {
  allReady,
  assessmentDueAt,
  forecast,
  forgetStart,
  isEnded,
  needsHistory,
  needsObservation,
  step,
  type Plan,
  type ReleaseState,
  type Transition,
} from "../engine";
import { releaseFinalizer } from "./abandon";
import { advanceEnding, type Drain } from "./ending";
import { randomSource } from "./random";
import { record } from "./record";
import { foreignEdit, isForeign } from "./foreignEdit";
import { followRecord, followsRecord, prepareRoute } from "./route";
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
  const named = await world.store.get(namespace, name);
  if (named === undefined) return { kind: "gone" };
  const scene = await readScene(world, named);
  // The record is read after the route: so a write to the route, which is conditional on the route as it was read, can
  // never follow a record older than that route.
  const experiment = await world.store.get(namespace, name);
  if (experiment === undefined) return { kind: "gone" };
  if (experiment.metadata.deletionTimestamp !== undefined) {
    await releaseFinalizer(world, experiment, scene);
    return { kind: "gone" };
  }
  const plan = planOf(experiment);
  const state = stateOf(experiment, plan, world.clock.now());
  if (isEnded(state)) {
    // Nothing is left to guard: without the finalizer, whoever likes may delete the record at any time.
    await world.store.removeFinalizer(experiment);
    return { kind: "ended", experiment, report: { plan, before: state, after: state, occurrences: [] } };
  }

  if (driverOf(experiment) !== world.driver) return { kind: "handedOver" };
  if (state.stage === "ending") return advanceEnding(world, experiment, plan, state, scene, drain);
  // A person's word to end the release does not wait for a route that somebody keeps changing. A release that can begin
  // writes its route as it does.
  const begins = state.stage === "waiting" && allReady(targetsOf(scene)) && !scene.route.foreignEdit;
  const skips = isOverride(experiment) || begins;
  const settled =
    (await prepareBeginning(world, experiment, plan, state, scene)) ??
    (skips ? undefined : await settleRoute(world, experiment, plan, state, scene));
  return settled ?? decide(world, experiment, plan, state, scene, drain);
}

/** How much of an iteration, at most, may pass before its weight is in effect. */
const LATE_SHARE = 0.1;

/** Whether an iteration has lasted: one whose weight came into effect long after it was recorded lasts longer. */
function hasLasted({ traffic }: Plan, { weightSince = Number.NEGATIVE_INFINITY }: Drain, now: number): boolean {
  return now >= weightSince + (1 - LATE_SHARE) * traffic.intervalMs;
}

function isOverride({ action }: ExperimentResource): boolean {
  return action === "override_failure" || action === "override_success";
}

/** Holds a release that has not begun back until its first route can be in effect everywhere. */
async function prepareBeginning(
  world: World,
  experiment: ExperimentResource,
  plan: Plan,
  state: ReleaseState,
  scene: Scene,
): Promise<TickResult | undefined> {
  if (state.stage !== "waiting" || isOverride(experiment)) return undefined;
  world.setUrgency?.("status");
  const left = await prepareRoute(experiment, state, scene);
  if (left === 0) return undefined;
  return {
    kind: "running",
    dueAt: world.clock.now() + left,
    report: { plan, before: state, after: state, occurrences: [] },
  };
}

/** Brings the route to what the record says. Returns a result when there was something to do, to start afresh. */
async function settleRoute(
  world: World,
  experiment: ExperimentResource,
  plan: Plan,
  state: ReleaseState,
  scene: Scene,
): Promise<TickResult | undefined> {
  if (followsRecord(experiment, state, scene)) return undefined;
  world.setUrgency?.(state.stage === "waiting" ? "status" : "step");
  const foreign = isForeign(state, scene);
  const pause = foreign && experiment.spec.serin?.onForeignEdit === "pause" && !state.paused;
  const occurrences = foreign ? foreignEdit(pause) : [];
  let after = state;
  if (pause) {
    after = { ...after, paused: true, reason: "The route was changed by somebody else; paused until resumed." };
  }
  // The recorded weight is not in effect yet, so the iteration only begins. That is recorded before the route is
  // written: whoever finds the weight in effect must not take the iteration for an older one.
  if (state.stage === "iterating" && !foreign) after = { ...after, iterationStartedAt: world.clock.now() };
  // What was seen of the split since the last look is of somebody else's making.
  if (foreign && after.split) after = { ...after, split: forgetStart(after.split) };
  if (after !== state || foreign) await record(world, experiment, plan, state, { state: after, occurrences });
  await followRecord(experiment, state, scene);
  // Who fights over the route with another writer does so no faster than it looks.
  const dueAt = world.clock.now() + (foreign ? LOOK_EVERY_MS : 0);
  return { kind: "running", dueAt, report: { plan, before: state, after, occurrences } };
}

async function decide(
  world: World,
  experiment: ExperimentResource,
  plan: Plan,
  state: ReleaseState,
  scene: Scene,
  drain: Drain,
): Promise<TickResult> {
  const asked = (state.stage === "waiting" ? drain.beginsAt : undefined) ?? world.clock.now();
  const looks = needsObservation(plan, state, asked) && hasLasted(plan, drain, asked);
  const observation =
    looks && state.startedAt !== undefined ? await world.observe(experiment, state.startedAt, asked) : undefined;
  // The next iteration begins when the answer is there, not when it was asked for.
  const now = observation === undefined ? asked : (observation.at ?? world.clock.now());
  const targets = targetsOf(scene);
  const history = needsHistory(plan, state, targets) ? await world.history(experiment, now) : undefined;
  const expected = history === undefined ? undefined : forecast(plan, history);
  const action = experiment.action || undefined;
  const random = randomSource(`${experiment.metadata.uid} ${state.iteration}`);
  const transition = step(plan, state, { now, targets, action, observation, history, forecast: expected, random });
  const isNew = experiment.status?.serin === undefined;
  if (transition.state !== state || isNew) {
    const hasRouted = await carryOut(world, experiment, plan, state, transition, scene);
    if (hasRouted) drain.weightSince = world.clock.now();
  } else if (action === "resume") await world.store.clearAction(experiment);
  const { state: after, occurrences } = transition;
  return { kind: "running", dueAt: dueAt(plan, after, now), report: { plan, before: state, after, occurrences } };
}

/** Recorded first, routed second: whoever finds the record can finish the route. @returns whether it had to route anything */
async function carryOut(
  world: World,
  experiment: ExperimentResource,
  plan: Plan,
  before: ReleaseState,
  transition: Transition,
  scene: Scene,
): Promise<boolean> {
  const written = await record(world, experiment, plan, before, transition);
  // A verdict's route is the ending's work; it also sees to the drain.
  const routes = transition.state.stage !== "ending" && transition.state.weight !== before.weight;
  const hasRouted = routes && (await followRecord(written, transition.state, scene));
  if (experiment.action === "resume") await world.store.clearAction(written);
  return hasRouted;
}

/** Until when the release can be left alone, if nothing changes in the cluster. */
function dueAt(plan: Plan, state: ReleaseState, now: number): number {
  if (state.stage === "ending") return now;
  if (state.stage === "waiting") return Math.max(now + LOOK_EVERY_MS, state.createdAt + plan.readyTimeoutMs);
  const due = assessmentDueAt(plan, state) ?? Number.POSITIVE_INFINITY; // paused
  return due <= now ? now + LOOK_EVERY_MS : due;
}

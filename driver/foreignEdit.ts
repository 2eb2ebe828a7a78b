import type { Occurrence, ReleaseState } from "../engine";
import type { Scene } from "./scene";

/**
 * Whether somebody else has changed the route, or removed it once the release had begun. A route that is missing in the first
 * iteration may never have been made, if the driver that began the release died before it could.
 */
export function isForeign(state: ReleaseState, { route }: Scene): boolean {
  const made = state.stage !== "waiting" && state.iteration > 1;
  return route.foreignEdit || (made && route.virtualService === undefined);
}

/** What is to be told of it. */
export function foreignEdit(paused: boolean): readonly Occurrence[] {
  const message = "The route was changed by somebody else and has been put right";
  return [
    { reason: "RoutingRulesError", message: paused ? `${message}; paused` : message },
    { reason: "RoutingRulesReady", message: "" },
  ];
}

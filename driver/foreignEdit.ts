import type { Occurrence, ReleaseState } from "../engine";
import type { Scene } from "./scene";

/** Whether somebody else has changed the route, or removed it once the release had begun. */
export function isForeign(state: ReleaseState, { route }: Scene): boolean {
  return route.foreignEdit || (state.stage !== "waiting" && route.virtualService === undefined);
}

/** What is to be told of it. */
export function foreignEdit(paused: boolean): readonly Occurrence[] {
  const message = "The route was changed by somebody else and has been put right";
  return [
    { reason: "RoutingRulesError", message: paused ? `${message}; paused` : message },
    { reason: "RoutingRulesReady", message: "" },
  ];
}

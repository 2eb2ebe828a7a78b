import type { Draws } from "../../../simulation/random/draws";
import type { FaultKind } from "./arena";
import { addDestination, deleteDestinationRule, deleteVirtualService, editWeights } from "./edits";
import { apiCut, apiRefused, apiServerDown, apiSlow, watchesReset, watchesStalled } from "./networkFaults";
import { freeze, killController, killLeader, killPulumi, skewClock } from "./processFaults";
import {
  prometheusErrors,
  prometheusGarbage,
  prometheusKilled,
  prometheusRefuses,
  prometheusSlow,
  prometheusTruncated,
} from "./prometheusFaults";
import { pauseAndResume } from "./userActions";

/** Everything that the adversary knows to do. */
export const FAULT_KINDS: readonly FaultKind[] = [
  killController,
  killLeader,
  killPulumi,
  freeze,
  skewClock,
  apiServerDown,
  apiSlow,
  apiCut,
  apiRefused,
  watchesReset,
  watchesStalled,
  prometheusKilled,
  prometheusRefuses,
  prometheusSlow,
  prometheusErrors,
  prometheusGarbage,
  prometheusTruncated,
  editWeights,
  addDestination,
  deleteVirtualService,
  deleteDestinationRule,
  pauseAndResume,
];

/** A kind, as often as its weight says. */
export function drawKind(kinds: readonly FaultKind[], draws: Draws): FaultKind | undefined {
  let left = draws.uniform() * kinds.reduce((sum, { weight }) => sum + weight, 0);
  return kinds.find(({ weight }) => (left -= weight) < 0);
}

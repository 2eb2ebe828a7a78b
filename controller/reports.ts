import type { TickReport } from "../driver/tickResult";
import { assessmentDueAt } from "../engine";
import type { Instruments } from "./instruments";

/** Counts what a look at a release has done. */
export function measure(instruments: Instruments, { plan, before, after }: TickReport, now: number): void {
  const due = assessmentDueAt(plan, before);
  if (due !== undefined && after.assessment !== undefined && after.assessment !== before.assessment) {
    instruments.iterations.inc({ met: String(after.assessment.allMet) });
    instruments.lateness.observe(Math.max(0, now - due) / 1000);
  }
  if (after.stage === "ended" && before.stage !== "ended")
    instruments.verdicts.inc({ verdict: after.verdict ?? "none" });
}

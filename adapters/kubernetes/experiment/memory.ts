import { z } from "zod";
import type { Evidence, ReleaseState } from "../../../engine";
import type { AnalysisState } from "./resource";

const side = z.looseObject({
  success_criterion_information: z.array(z.tuple([z.number(), z.number().nullable()])),
});
/** The schema of the resource lets anything pass here: Iter8's `_last_state` may be anything. */
const readable = z.looseObject({
  effective_iteration_count: z.number().optional(),
  baseline: side.optional(),
  candidate: side.optional(),
  serin: z
    .looseObject({ sequential: z.looseObject({ criteria: z.array(z.looseObject({}).nullable()) }).optional() })
    .optional(),
});

type Memory = Pick<ReleaseState, "evidence" | "sequential" | "effectiveIterations" | "lastState">;

/**
 * What the record remembers of earlier assessments. A record that somebody has written nonsense into remembers nothing: the
 * release counts anew.
 */
export function memoryOf(recorded: AnalysisState | undefined): Memory {
  const state = readable.safeParse(recorded ?? {}).success ? recorded : undefined;
  // JSON has no word for undefined: a criterion of which nothing is known is null in the record.
  const kept = state?.serin?.sequential;
  const effectiveIterations = state?.effective_iteration_count;
  return {
    evidence: evidenceOf(state),
    ...(kept === undefined ? {} : { sequential: { ...kept, criteria: kept.criteria.map((c) => c ?? undefined) } }),
    ...(effectiveIterations === undefined ? {} : { effectiveIterations }),
    ...(state?.iter8 === undefined ? {} : { lastState: state.iter8 }),
  };
}

function evidenceOf(state: AnalysisState | undefined): Evidence[] {
  const sideOf = (version: "baseline" | "candidate", i: number) => {
    const [sampleSize, value] = state?.[version]?.success_criterion_information[i] ?? [0, null];
    return { sampleSize, value };
  };
  const seen = state?.candidate?.success_criterion_information ?? [];
  return seen.map((_, i) => ({ baseline: sideOf("baseline", i), candidate: sideOf("candidate", i) }));
}

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

const counted = z.object({ baseline: z.number(), candidate: z.number(), at: z.number().exactOptional() });
const splitState = z.object({
  from: z
    .object({
      weight: z.number(),
      counted: z.array(counted.nullable()),
      restarted: z.literal(true).exactOptional(),
    })
    .exactOptional(),
  seen: z
    .object({
      weight: z.number(),
      share: z.number(),
      requests: z.number().positive(),
      criterion: z.number(),
      towards: z.number().exactOptional(),
    })
    .exactOptional(),
  held: z.object({ told: z.enum(["split", "metrics"]), requests: z.number() }).exactOptional(),
});

type Memory = Pick<ReleaseState, "evidence" | "sequential" | "split" | "effectiveIterations" | "lastState">;

/**
 * What the record remembers of earlier assessments. A record that somebody has written nonsense into remembers nothing: the
 * release counts anew.
 */
export function memoryOf(recorded: AnalysisState | undefined): Memory {
  const state = readable.safeParse(recorded ?? {}).success ? recorded : undefined;
  // JSON has no word for undefined: a criterion of which nothing is known is null in the record.
  const kept = state?.serin?.sequential;
  const split = splitState.safeParse(state?.serin?.split).data;
  const effectiveIterations = state?.effective_iteration_count;
  return {
    evidence: evidenceOf(state),
    ...(kept === undefined ? {} : { sequential: { ...kept, criteria: kept.criteria.map((c) => c ?? undefined) } }),
    ...(split === undefined ? {} : { split }),
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

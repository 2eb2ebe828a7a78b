import type { IterationStatus } from "../../../adapters/kubernetes/experiment/resource";
import { rightWinner, type Release } from "../load/releases";
import type { WeightChange } from "./lateness";

/** Increases of the weight that no plan allows: by more than a step, or to all before the candidate has had the most. */
export function jumps(
  changes: readonly WeightChange[],
  { step, maxWeight }: { readonly step: number; readonly maxWeight: number },
): number {
  return changes.filter(({ weight }, i) => {
    const before = changes[i - 1]?.weight ?? 0;
    const promotion = weight === 100 && before === maxWeight;
    const fall = weight < before && weight !== 0;
    return fall || (weight - before > step && !promotion);
  }).length;
}

/** Iterations that the record has twice, and those that it lacks. */
export function repetitions(history: readonly IterationStatus[]): { readonly doubled: number; readonly lost: number } {
  const numbers = new Set(history.map(({ iteration }) => iteration));
  return { doubled: history.length - numbers.size, lost: Math.max(0, ...numbers) - numbers.size };
}

/** What is wrong with how a release ended. */
export type Mistake = "unfinished" | "good not promoted" | "bad promoted" | "bad not rolled back" | "route";

/** The first thing that is wrong with how a release ended; undefined when nothing is. */
export function mistake(
  release: Release,
  completed: boolean,
  verdict: string | undefined,
  changes: readonly WeightChange[],
): Mistake | undefined {
  if (!completed) return "unfinished";
  const good = release.behaviour === "good";
  if (good && verdict !== "promoted") return "good not promoted";
  if (!good && verdict === "promoted") return "bad promoted";
  if (!good && verdict !== "rolledBack") return "bad not rolled back";
  const right = rightWinner(release) === release.candidate ? 100 : 0;
  return changes.at(-1)?.weight === right ? undefined : "route";
}

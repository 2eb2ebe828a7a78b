import { requireSpace } from "./disk";
import { findGo } from "./go";
import { requirePython } from "./python";
import { type DiskUse, minimumGo, type Tool } from "./tools";
import { requireWheel } from "./wheel";

/** Fails unless there are Go and Python, as far as these tools need them. */
export async function requireBuilders(missing: readonly Tool[], env: NodeJS.ProcessEnv): Promise<void> {
  for (const tool of missing) {
    if (tool.recipe.kind !== "wheel") continue;
    requireWheel(tool, tool.recipe);
    await requirePython(tool.name, env);
  }
  const compiled = missing.filter(needsGo);
  if (compiled.length > 0) await findGo(listed(compiled), minimumGo, env);
}

/** Fails unless the disk can hold what is to be built. */
export async function requireRoom(missing: readonly Tool[], folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (missing.length === 0) return;
  const total = (part: keyof DiskUse): number => missing.reduce((sum, { disk }) => sum + disk[part], 0);
  const needs = [{ folder, mebibytes: total("file") }];
  if (missing.some(needsGo)) {
    const go = await findGo(listed(missing), minimumGo, env);
    needs.push({ folder: go.buildCache, mebibytes: total("compiled") });
    needs.push({ folder: go.moduleCache, mebibytes: total("modules") });
  }
  await requireSpace(needs);
}

function needsGo({ recipe }: Tool): boolean {
  return recipe.kind !== "wheel";
}

function listed(missing: readonly Tool[]): string {
  const [first = "", second, ...more] = missing.map(({ name }) => name);
  return more.length > 0
    ? `${first}, ${second} and ${more.length} more`
    : [first, second].filter(Boolean).join(" and ");
}

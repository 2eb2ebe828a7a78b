import { resolveToolchain } from "../toolchain";
import { extrasOf } from "./dataPlane";
import { ensurePart } from "./ensure";
import { SandboxError } from "./errors";
import { exclusively } from "./exclusive";
import { layoutOf, type Layout } from "./layout";
import { partsOf } from "./parts";
import type { PartName } from "./parts/part";
import { dataPlaneOf, readState, StateFile } from "./state";
import { runningProcess, stopParts } from "./stop";

const silent = (): void => undefined;

/** Stops one part and leaves the others running. It keeps its port. */
export async function stopPart(dir: string, part: PartName, signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
  const layout = existing(dir);
  await exclusively(layout, silent, () => stopParts(layout, new StateFile(layout), [part], signal));
}

/** Starts one part again, at the port it had, and waits until it is healthy. */
export async function startPart(dir: string, part: PartName, report: (line: string) => void = silent): Promise<void> {
  const layout = existing(dir);
  const dataPlane = dataPlaneOf(readState(layout));
  const toolchain = await resolveToolchain(report, { extras: extrasOf(dataPlane) });
  await exclusively(layout, report, async () => {
    const state = new StateFile(layout);
    const launcher = { layout, toolchain, state, report };
    const moved = new Set<PartName>();
    await ensurePart(launcher, part, moved);
    // Somebody else took the port meanwhile: those who were told the old address are told the new one.
    for (const { name, needs } of partsOf(dataPlane)) {
      const misled = needs.some((needed) => moved.has(needed));
      if (misled && runningProcess(state, name)) await ensurePart(launcher, name, moved);
    }
  });
}

function existing(dir: string): Layout {
  const layout = layoutOf(dir);
  if (!readState(layout)) throw new SandboxError(`there is no sandbox in ${layout.dir}: bring one up first`);
  return layout;
}

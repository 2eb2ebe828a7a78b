import { setTimeout as sleep } from "node:timers/promises";
import { isHealthy } from "./health";
import { launch, type Launcher, mainPort } from "./launch";
import { partNamed } from "./parts";
import type { Part, PartName } from "./parts/part";
import { dataPlaneOf } from "./state";
import { runningProcess, stopParts } from "./stop";

/** How long a running part may take to answer again, say because one that it needs was just restarted. */
const recoveryMs = 10_000;

/**
 * Sees to it that a part runs and is healthy. One that is, and whose neighbours are where they were, is left alone.
 *
 * @param moved the parts that changed their address; this one is added if it does
 * @param started the parts that were started; this one is added if it is
 */
export async function ensurePart(
  launcher: Launcher,
  name: PartName,
  moved: Set<PartName>,
  started: PartName[] = [],
): Promise<void> {
  const { layout, state, report } = launcher;
  const part = partNamed(name, dataPlaneOf(state.current));
  if (runningProcess(state, name)) {
    const misled = part.needs.some((needed) => moved.has(needed));
    if (!misled && (await recovers(launcher, part))) {
      report(`${name} is running on 127.0.0.1:${mainPort(launcher, name)}`);
      return;
    }
    report(misled ? `${name} must learn a new address: restarting it` : `${name} does not answer: restarting it`);
    await stopParts(layout, state, [name]);
  }
  started.push(name);
  if (await launch(launcher, part)) moved.add(name);
}

async function recovers(launcher: Launcher, part: Part): Promise<boolean> {
  const { state, signal } = launcher;
  const { name } = part;
  const deadline = Date.now() + recoveryMs;
  while (runningProcess(state, name) && Date.now() < deadline) {
    if (await isHealthy(part, mainPort(launcher, name))) return true;
    await sleep(100);
    signal?.throwIfAborted();
  }
  return false;
}

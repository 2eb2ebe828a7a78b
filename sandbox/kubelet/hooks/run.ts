import type { V1LifecycleHandler } from "@kubernetes/client-node";
import type { Clock } from "../pods/clock";
import type { ProbeTarget } from "../probes/check";
import { httpGet } from "../probes/http";

export interface HookTarget extends ProbeTarget {
  readonly clock: Clock;
}

/** Runs a lifecycle hook to its end. @throws Error when it fails, or is over time */
export async function runHook(hook: V1LifecycleHandler, target: HookTarget, timeoutMs: number): Promise<void> {
  const { container, handle, podIP, clock } = target;
  if (hook.exec) {
    const { exitCode, output } = await handle.exec(hook.exec.command ?? [], timeoutMs);
    if (exitCode !== 0) throw new Error(`the command ended with exit code ${exitCode}: ${output.trim().slice(0, 256)}`);
  } else if (hook.httpGet) {
    const { status } = await httpGet(hook.httpGet, container, podIP, "kube-lifecycle/1.36", timeoutMs);
    if (status < 200 || status >= 400) throw new Error(`HTTP hook failed with statuscode: ${status}`);
  } else if (hook.sleep) {
    const ms = hook.sleep.seconds * 1000;
    await new Promise<void>((resolve) => clock.after(ms, resolve));
  }
}

import { connect } from "node:net";
import type { V1Container, V1Probe } from "@kubernetes/client-node";
import { portNumber } from "../pods/pod";
import type { Container } from "../runtime/runtime";
import { httpGet } from "./http";

/** What a probe looks at. */
export interface ProbeTarget {
  readonly container: V1Container;
  readonly handle: Container;
  readonly podIP: string;
}

export interface CheckResult {
  readonly isSuccess: boolean;
  /** Why not, in a kubelet's words. */
  readonly message: string;
}

const success: CheckResult = { isSuccess: true, message: "" };

/** Asks once. Never rejects: whatever goes wrong is a failure of the probe. */
export async function check(probe: V1Probe, target: ProbeTarget): Promise<CheckResult> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  try {
    if (probe.exec) return await checkExec(probe.exec.command ?? [], target, timeoutMs);
    if (probe.httpGet) {
      const { status, body } = await httpGet(
        probe.httpGet,
        target.container,
        target.podIP,
        "kube-probe/1.36",
        timeoutMs,
      );
      if (status >= 200 && status < 400) return success;
      const words = body.trim() === "" ? "" : `: ${body.trim().slice(0, 256)}`;
      return failure(`HTTP probe failed with statuscode: ${status}${words}`);
    }
    if (probe.tcpSocket) {
      const { host = target.podIP, port } = probe.tcpSocket;
      await connectTo(host, portNumber(port, target.container), timeoutMs);
    }
    return success;
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
}

async function checkExec(command: readonly string[], { handle }: ProbeTarget, timeoutMs: number): Promise<CheckResult> {
  const { exitCode, output } = await handle.exec(command, timeoutMs);
  return exitCode === 0 ? success : failure(output.trim() || `the command ended with exit code ${exitCode}`);
}

function connectTo(host: string, port: number, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal: AbortSignal.timeout(timeoutMs) });
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", (error) =>
      reject(error.name === "AbortError" ? new Error(`no connection within ${timeoutMs / 1000} s`) : error),
    );
  });
}

function failure(message: string): CheckResult {
  return { isSuccess: false, message };
}

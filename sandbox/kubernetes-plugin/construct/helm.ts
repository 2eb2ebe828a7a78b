import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const LARGEST_OUTPUT_BYTES = 256 * 1024 * 1024;
const TIMEOUT_MS = 5 * 60_000;

/** Runs Helm: the program that `SERIN_HELM` names, else `helm` on PATH. @throws Error with what it says */
export async function helm(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const program = env["SERIN_HELM"] || "helm";
  try {
    const { stdout } = await run(program, [...args], { env, maxBuffer: LARGEST_OUTPUT_BYTES, timeout: TIMEOUT_MS });
    return stdout;
  } catch (error) {
    const { code, stderr = "", message } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (code === "ENOENT")
      throw new Error(`no program ${program}: a helm.v4.Chart needs Helm 3 on PATH, or named by SERIN_HELM`);
    // The message of the error itself has all arguments, a password among them.
    const said = stderr.trim() || (code === undefined ? message.split("\n")[0] : `exit code ${code}`);
    throw new Error(`helm ${args[0]} failed: ${said}`);
  }
}

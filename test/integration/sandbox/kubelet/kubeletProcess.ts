import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import detect from "detect-port";
import axios from "axios";
import { compiledScript } from "../../../../sandbox/toolchain/packageRoot";
import { eventually } from "../support";

export const nodeName = "real";

/** Variable that all processes of the tests' pods have, by which they are found whoever is their parent. */
const markName = "SERIN_TEST_KUBELET";

/** A kubelet as a process of its own. */
export class KubeletProcess {
  readonly dir = mkdtempSync(join(tmpdir(), "serin-kubelet-"));
  private child: ChildProcess | undefined;
  private printed = "";

  constructor(private readonly kubeconfig: string) {
    writeFileSync(join(this.dir, "images.json"), JSON.stringify(this.images()));
    // Should the tests be killed, nobody would be left to stop it.
    process.once("exit", () => this.child?.kill("SIGKILL"));
  }

  /** Starts it, and waits until it is healthy. */
  async start(...args: readonly string[]): Promise<void> {
    const port = await detect(0);
    const given = ["--kubeconfig", this.kubeconfig, "--node", nodeName, "--dir", join(this.dir, "state")];
    const tables = ["--images", join(this.dir, "images.json"), "--port", String(port), "--pod-addresses", "127.37.0"];
    const child = spawn(process.execPath, [compiledScript("sandbox/kubelet/main.js"), ...given, ...tables, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.child = child;
    child.stderr.on("data", (chunk: Buffer) => (this.printed += chunk.toString()));
    await eventually("the kubelet is healthy", async () => {
      if (child.exitCode !== null) throw new Error(`the kubelet ended at once: ${this.printed}`);
      const url = `http://127.0.0.1:${port}/healthz`;
      return axios.get(url).then(
        () => true,
        () => false,
      );
    });
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "close");
  }

  /** Command lines of all processes of its pods. */
  processes(): string[] {
    const found: string[] = [];
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`${markName}=${this.dir}`)) continue;
        found.push(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // It has ended meanwhile.
      }
    }
    return found;
  }

  async end(): Promise<void> {
    await this.kill("SIGTERM");
    rmSync(this.dir, { recursive: true, force: true });
  }

  private images(): object[] {
    return [{ image: "shell", command: ["sh"], env: { [markName]: this.dir } }];
  }
}

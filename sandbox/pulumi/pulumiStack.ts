import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../toolchain/packageRoot";
import { type AnySandbox, pulumiEnvironment } from "../cluster";
import { kubernetesPlugin } from "./kubernetesPlugin";

/** How a `pulumi` command ended. */
export interface PulumiResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Called with each line as it appears. */
  readonly onLine?: (line: string) => void;
  /** Called with the started process, which leads a process group of its own. */
  readonly onStart?: (process: ChildProcess) => void;
  readonly env?: NodeJS.ProcessEnv;
}

/** A Pulumi program of this package. */
export interface PulumiProgram {
  /** Folder of its Pulumi.yaml, in the package. */
  readonly folder: string;
  /** Folder of the environments' configurations, in that folder. */
  readonly configs: string;
}

export const releaseProgram: PulumiProgram = { folder: ".", configs: join("stacks", "release") };
export const platformProgram: PulumiProgram = { folder: join("stacks", "platform"), configs: "." };

/** What a stack is made with. */
export interface StackOptions {
  /** @default the release program */
  readonly program?: PulumiProgram;
  /** The package's folder. @default this package */
  readonly packageDir?: string;
}

/** A stack on the sandbox, driven by the real `pulumi` command. */
export class PulumiStack {
  private constructor(
    private readonly environment: NodeJS.ProcessEnv,
    readonly name: string,
    private readonly projectDir: string,
    private readonly configFile: string,
  ) {}

  /**
   * Creates the stack, configured as the `sandbox` environment is. Its configuration is a copy in the sandbox's
   * folder: Pulumi writes to it, and the checkout is not to change.
   */
  static async create(
    sandbox: AnySandbox,
    name: string,
    { program = releaseProgram, packageDir = packageRoot() }: StackOptions = {},
  ): Promise<PulumiStack> {
    const project = join(packageDir, program.folder);
    const copy = join(sandbox.dir, "pulumi", "project", program.folder);
    mkdirSync(join(copy, program.configs), { recursive: true });
    copyFileSync(join(project, "Pulumi.yaml"), join(copy, "Pulumi.yaml"));
    const configFile = join(copy, program.configs, `Pulumi.${name}.yaml`);
    copyFileSync(join(project, program.configs, "Pulumi.sandbox.yaml"), configFile);
    const environment = pulumiEnvironment(sandbox, await kubernetesPlugin(sandbox));
    // `stack init` knows no --config-file, and would leave one beside the environments' own.
    await new PulumiStack(environment, name, copy, configFile).expectSuccess(["stack", "init", name]);
    return new PulumiStack(environment, name, project, configFile);
  }

  /** Sets configuration values; a key may be a path, such as `traffic.step`. */
  async configure(values: Readonly<Record<string, string | number>>): Promise<void> {
    const pairs = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    await this.expectSuccess(["config", "set-all", "--path", ...pairs, ...this.stackFlags()]);
  }

  async unset(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.expectSuccess(["config", "rm", "--path", key, ...this.stackFlags()]);
  }

  /** @param options.args further flags, such as `--expect-no-changes` */
  up(
    options: RunOptions & { readonly preview?: boolean; readonly args?: readonly string[] } = {},
  ): Promise<PulumiResult> {
    const preview = options.preview ? [] : ["--skip-preview"];
    return this.run(["up", "--yes", ...preview, ...(options.args ?? []), ...this.stackFlags()], options);
  }

  /** @param options.args further flags, such as `--diff` */
  preview({ args = [] }: { readonly args?: readonly string[] } = {}): Promise<PulumiResult> {
    return this.run(["preview", ...args, ...this.stackFlags()]);
  }

  destroy(): Promise<PulumiResult> {
    return this.run(["destroy", "--yes", "--skip-preview", ...this.stackFlags()]);
  }

  refresh(): Promise<PulumiResult> {
    return this.run(["refresh", "--yes", "--skip-preview", ...this.stackFlags()]);
  }

  /** Removes the lock that a killed `pulumi` left. */
  cancel(): Promise<PulumiResult> {
    return this.run(["cancel", "--yes", "--stack", this.name]);
  }

  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.expectSuccess(["stack", "output", "--json", "--stack", this.name]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** The stack's state as Pulumi keeps it. */
  async exported(): Promise<unknown> {
    return JSON.parse((await this.expectSuccess(["stack", "export", "--stack", this.name])).stdout);
  }

  run(args: readonly string[], { onLine, onStart, env }: RunOptions = {}): Promise<PulumiResult> {
    const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.projectDir,
      env: { ...this.environment, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    onStart?.(child);
    return new Promise((resolve, reject) => {
      const output = { stdout: "", stderr: "" };
      for (const stream of ["stdout", "stderr"] as const) {
        const lines = lineSplitter(onLine);
        child[stream].setEncoding("utf8").on("data", (text: string) => {
          output[stream] += text;
          lines(text);
        });
      }
      child.once("error", reject);
      child.once("close", (code, signal) => resolve({ code, signal, ...output }));
    });
  }

  private async expectSuccess(args: readonly string[]): Promise<PulumiResult> {
    const result = await this.run(args);
    if (result.code === 0) return result;
    throw new Error(`pulumi ${args[0]} ${args[1] ?? ""} failed:\n${result.stdout}${result.stderr}`);
  }

  private stackFlags(): readonly string[] {
    return ["--stack", this.name, "--config-file", this.configFile];
  }
}

function lineSplitter(onLine: ((line: string) => void) | undefined): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine?.(line);
  };
}

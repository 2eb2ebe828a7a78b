import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { KubeConfig, KubernetesObjectApi, PatchStrategy, type KubernetesObject } from "@kubernetes/client-node";
import { pulumiEnvironment, type Sandbox } from "../../../../sandbox/cluster";
import { standInFolder } from "../../../../sandbox/kubernetes-plugin/find";
import { resolveToolchain } from "../../../../sandbox/toolchain";
import { packageRoot } from "../../../../sandbox/toolchain/packageRoot";
import { sharedSandbox } from "../../support/sharedSandbox";

const PREAMBLE = `
const k8s = require("@pulumi/kubernetes");
const pulumi = require("@pulumi/pulumi");
const phase = process.env.PHASE;
`;

/** How a `pulumi` command ended, and all that it printed. */
export interface Run {
  readonly code: number | null;
  readonly text: string;
}

/** A Pulumi project with a program of its own, on the file's sandbox, served by the stand-in. */
export class Project {
  private constructor(
    readonly sandbox: Sandbox,
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @param program its text; `phase` in it is what a command is run with */
  static async create(name: string, program: string): Promise<Project> {
    const sandbox = await sharedSandbox();
    const folder = join(sandbox.dir, "projects", name);
    mkdirSync(folder, { recursive: true });
    symlinkSync(join(packageRoot(), "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, main: "index.js" }));
    writeFileSync(join(folder, "index.js"), PREAMBLE + program);
    const { platform } = await resolveToolchain(() => undefined, { extras: "platform" });
    const own = { SANDBOX_KUBECONFIG: sandbox.kubeconfig, SERIN_HELM: platform?.helm };
    const env = { ...pulumiEnvironment(sandbox, [standInFolder(join(sandbox.dir, "plugin"))]), ...own };
    const project = new Project(sandbox, folder, env);
    await project.expect("", "stack", "init", "dev");
    return project;
  }

  up(phase = ""): Promise<string> {
    return this.expect(phase, "up", "--yes", "--skip-preview");
  }

  async failedUp(phase = ""): Promise<string> {
    const { code, text } = await this.run(phase, "up", "--yes", "--skip-preview");
    assert.notEqual(code, 0, `pulumi up succeeded:\n${text}`);
    return text;
  }

  /** Fails where there is anything to change. */
  expectNoChanges(phase = ""): Promise<string> {
    return this.expect(phase, "preview", "--expect-no-changes");
  }

  destroy(): Promise<string> {
    return this.expect("", "destroy", "--yes", "--skip-preview");
  }

  async outputs(): Promise<Record<string, string>> {
    const { text } = await this.run("", "stack", "output", "--json");
    return JSON.parse(text) as Record<string, string>;
  }

  exported(): Promise<string> {
    return this.expect("", "stack", "export");
  }

  async expect(phase: string, ...args: string[]): Promise<string> {
    const { code, text } = await this.run(phase, ...args);
    assert.equal(code, 0, `pulumi ${args.join(" ")}:\n${text}`);
    return text;
  }

  run(phase: string, ...args: string[]): Promise<Run> {
    const env = { ...this.env, PHASE: phase };
    const child = spawn(
      join(dirname(this.sandbox.toolchain.paths.pulumi), "pulumi"),
      [...args, "--non-interactive", "--color", "never"],
      {
        cwd: this.folder,
        env,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (more: string) => (text += more));
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, text }));
    });
  }
}

type Loose = KubernetesObject & { readonly [part: string]: unknown };

/** The cluster, as somebody sees it who is not the plugin. */
export class Onlooker {
  private constructor(private readonly api: KubernetesObjectApi) {}

  static async create(): Promise<Onlooker> {
    const config = new KubeConfig();
    config.loadFromFile((await sharedSandbox()).kubeconfig);
    return new Onlooker(KubernetesObjectApi.makeApiClient(config));
  }

  get(apiVersion: string, kind: string, name: string, namespace = "default"): Promise<Loose> {
    return this.api.read({ apiVersion, kind, metadata: { name, namespace } }) as Promise<Loose>;
  }

  async exists(apiVersion: string, kind: string, name: string, namespace = "default"): Promise<boolean> {
    return this.get(apiVersion, kind, name, namespace).then(
      () => true,
      () => false,
    );
  }

  async patch(object: Loose): Promise<void> {
    await this.api.patch(object, undefined, undefined, "somebody-else", undefined, PatchStrategy.MergePatch);
  }

  async create(object: Loose): Promise<void> {
    await this.api.create(object);
  }

  async delete(object: Loose): Promise<void> {
    await this.api.delete(object);
  }
}

import { randomBytes } from "node:crypto";
import { closeSync, openSync, statSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { bwrapArguments } from "./bwrapArguments";
import { commandOf, imageEnvOf } from "./command";
import { RunningContainer, writeLog } from "./container";
import { enterScript, signs, type Entry } from "./enterScript";
import { hostMounts, thisMachine } from "./hostFiles";
import { imageIdOf, type ImageEntry, type ImageTable } from "./images";
import { parseImageName } from "./imageName";
import type { Isolation } from "./isolation";
import { launch, LaunchError, type Launched } from "./launch";
import { makePlaces } from "./places";
import { closeDescriptor, openPipe } from "./pipe";
import { containerEnv, splitEnv, type ProcessEnv } from "./processEnv";
import { planRoot, type RootPlan } from "./rootPlan";
import { ContainerStartError, type Container, type ContainerConfig } from "./runtime";
import type { RootMount } from "./targets";
import type { Tools } from "./tools";
import { mountTable, unshareScript } from "./unshareScript";

export interface RuntimeLog {
  warn(fields: object, message: string): void;
}

/** More than this takes no start on a machine that works. */
const startMs = 60_000;

/** Starts containers in one of the ways of this machine. */
export class Starter {
  constructor(
    private readonly way: Isolation,
    private readonly tools: Tools,
    private readonly images: ImageTable,
    private readonly stateDir: string,
    private readonly log: RuntimeLog,
  ) {}

  /** @throws ContainerStartError */
  async start(config: ContainerConfig): Promise<Container> {
    const entry = findImage(this.images, config.image);
    const command = commandOf(entry, config);
    const id = randomBytes(32).toString("hex");
    const folder = join(this.stateDir, "containers", id);
    try {
      return await this.startIn(folder, id, entry, command, config);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if (error instanceof ContainerStartError) throw error;
      const reason = error instanceof LaunchError && error.rootReady ? "RunContainerError" : "CreateContainerError";
      throw new ContainerStartError(reason, (error as Error).message, { cause: error });
    }
  }

  private async startIn(
    folder: string,
    id: string,
    image: ImageEntry,
    command: readonly string[],
    config: ContainerConfig,
  ): Promise<Container> {
    await mkdir(folder, { recursive: true });
    const messageFile = join(folder, "termination-log");
    await writeFile(messageFile, "");
    // Whatever user the container's program runs as, it may write its message.
    await chmod(messageFile, 0o666);
    const plan = planRoot(mountsOf(image, config, messageFile), thisMachine, [this.stateDir]);
    await makePlaces(plan.mounts);

    const env = splitEnv(containerEnv(config.env, imageEnvOf(image, config), config.hostname, process.env));
    const script = enterScript(this.entryOf(config, env), this.tools);
    const pipe = await openPipe(folder, this.tools.path.mkfifo);
    const log = await writeLog(config.logFile, pipe.read);
    let launched: Launched;
    try {
      launched = await this.launch(plan, folder, script, env, pipe.write, command, config);
    } finally {
      await closeDescriptor(pipe.write);
    }

    const { path } = this.tools;
    const { pid, child } = launched;
    // Bubblewrap's own process stays outside of the container's user namespace, that of unshare is in it.
    const userPid = this.way.tool === "bwrap" ? pid : child.pid;
    return new RunningContainer({
      ...{ id, imageId: imageIdOf(image), startedAt: new Date(), launched, log, messageFile },
      policy: config.terminationMessagePolicy,
      execution: {
        ...{ pid, userPid: this.way.userNamespace ? userPid : undefined, script, env: env.inherited, folder },
        tools: path,
      },
      remove: () => rm(folder, { recursive: true, force: true }),
      onFault: (error) => this.log.warn({ err: error, container: config.name, ...config.pod }, "container's end"),
    });
  }

  private async launch(
    plan: RootPlan,
    folder: string,
    script: string,
    env: ProcessEnv,
    output: number,
    command: readonly string[],
    config: ContainerConfig,
  ): Promise<Launched> {
    const { path } = this.tools;
    const common = { env: env.inherited, output, timeoutMs: startMs };
    const file = join(folder, "start");
    if (this.way.tool === "bwrap") {
      await writeFile(file, bwrapArguments(plan, config.hostname, userOf(config)).join("\0") + "\0", { mode: 0o600 });
      const text = `echo ${signs.root} >&2\n${script}`;
      const extra = openSync(file, "r");
      try {
        const args = ["--args", "5", "--info-fd", "4", "--", path.sh, "-c", text, "sh", ...command];
        return await launch({ ...common, program: this.way.path, args, extra });
      } finally {
        closeSync(extra);
      }
    }
    const root = join(this.stateDir, "root");
    const table = join(folder, "mounts");
    await writeFile(table, mountTable(plan, root, hostMounts()));
    const text = unshareScript(plan, root, table, config.hostname, this.tools) + script;
    await writeFile(file, text, { mode: 0o600 });
    const namespaces = ["--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child"];
    const user = this.way.userNamespace ? ["--map-root-user"] : [];
    const unshare = [this.way.path, ...user, ...namespaces, "--", path.sh, file, ...command];
    return launch({ ...common, program: path.setpriv, args: ["--pdeathsig", "KILL", ...unshare] });
  }

  private entryOf(config: ContainerConfig, env: ProcessEnv): Entry {
    const { user, group } = userOf(config);
    const isRoot = user === 0 && group === 0;
    const renamed = this.way.tool === "bwrap" ? "nothing" : "namespace";
    const userBy = isRoot ? "nothing" : this.way.userNamespace ? renamed : "change";
    return { workingDir: config.workingDir ?? "/", user, group, userBy, lateEnv: env.late };
  }
}

function userOf({ runAsUser, runAsGroup }: ContainerConfig): { user: number; group: number } {
  return { user: runAsUser ?? 0, group: runAsGroup ?? 0 };
}

function findImage(images: ImageTable, image: string): ImageEntry {
  if (parseImageName(image) === undefined) {
    throw new ContainerStartError("InvalidImageName", `couldn't parse image name "${image}": invalid reference format`);
  }
  const entry = images.find(image);
  if (entry !== undefined) return entry;
  const known = images.names.length === 0 ? "it is empty" : `it has ${images.names.join(", ")}`;
  throw new ContainerStartError("ErrImagePull", `the image table has no entry for ${image}: ${known}`);
}

function mountsOf(
  { files }: ImageEntry,
  { mounts, terminationMessagePath }: ContainerConfig,
  messageFile: string,
): RootMount[] {
  const message = { source: messageFile, target: terminationMessagePath, readOnly: false };
  const image = files.map((path) => ({ source: path, target: path, readOnly: true }));
  // What the pod mounts at a place wins over what would be there otherwise.
  const own = [...image, message].filter(({ target }) => !mounts.some((mount) => mount.target === target));
  return [...own, ...mounts].map((mount) => ({ ...mount, folder: statSync(mount.source).isDirectory() }));
}

import { randomBytes } from "node:crypto";
import { closeSync, openSync, statSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { bwrapArguments } from "./bwrapArguments";
import { commandOf, imageEnvOf } from "./command";
import { RunningContainer, writeLog } from "./container";
import { becomeUser, enterScript, signs, type Entry } from "./enterScript";
import { hostMounts, thisMachine } from "./hostFiles";
import { imageIdOf, type ImageEntry, type ImageTable } from "./images";
import { parseImageName } from "./imageName";
import type { Isolation } from "./isolation";
import { launch, LaunchError, type Launched } from "./launch";
import { makePlaces } from "./places";
import { bindingOf } from "./podBind";
import { OutputPipes } from "./pipe";
import { containerEnv, splitEnv, type ProcessEnv } from "./processEnv";
import { planRoot, type RootPlan } from "./rootPlan";
import { ContainerStartError, type Container, type ContainerConfig } from "./runtime";
import type { RootMount } from "./targets";
import type { Tools } from "./tools";
import { mountTable, unshareScript } from "./unshareScript";
import { userOf, type User } from "./user";

export interface RuntimeLog {
  warn(fields: object, message: string): void;
}

/** More than this takes no start on a machine that works. */
const startMs = 60_000;

/** What a start needs, once all that it is about is known. */
interface Prepared {
  readonly plan: RootPlan;
  /** For the start's own files. */
  readonly folder: string;
  /** Becomes the program in the finished root. */
  readonly script: string;
  readonly env: ProcessEnv;
  /** Descriptor for what the program prints. */
  readonly output: number;
  readonly user: User;
  readonly command: readonly string[];
  readonly hostname: string;
}

/** Starts containers in one of the ways of this machine. */
export class Starter {
  constructor(
    private readonly way: Isolation,
    private readonly tools: Tools,
    private readonly images: ImageTable,
    private readonly stateDir: string,
    private readonly log: RuntimeLog,
    private readonly podBind: string | undefined,
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
    const { workingDir: ownFolder } = image;
    const own = ownFolder === undefined ? [] : [ownFolder];
    const plan = planRoot(mountsOf(image, config, messageFile), thisMachine, [this.stateDir], own);
    await makePlaces(plan.mounts);

    const user = userOf(image, config);
    const home = user.user === 0 ? "/root" : "/";
    const ofImage = { HOME: home, HOSTNAME: config.hostname, ...imageEnvOf(image, config) };
    const env = splitEnv(containerEnv(config.env, ofImage, process.env));
    const entry = this.entryOf(config, config.workingDir ?? ownFolder ?? "/", user, env);
    const script = enterScript(entry, this.tools);
    const pipes = new OutputPipes(folder, this.tools.path.mkfifo);
    const output = await pipes.open();
    const log = await writeLog(config.logFile, output.read);
    let launched: Launched;
    try {
      const { hostname } = config;
      launched = await this.launch({ plan, folder, script, env, output: output.write, user, command, hostname });
    } finally {
      closeSync(output.write);
    }
    return new RunningContainer({
      id,
      imageId: imageIdOf(image),
      startedAt: new Date(),
      launched,
      log,
      messageFile,
      policy: config.terminationMessagePolicy,
      execution: { enter: this.enter(launched, entry), env: env.inherited, pipes },
      remove: () => rm(folder, { recursive: true, force: true }),
      onFault: (error) => this.log.warn({ err: error, container: config.name, ...config.pod }, "container's end"),
    });
  }

  private async launch({ plan, folder, script, env, output, user, command, hostname }: Prepared): Promise<Launched> {
    const { path } = this.tools;
    const common = { env: env.inherited, output, timeoutMs: startMs };
    const file = join(folder, "start");
    if (this.way.tool === "bwrap") {
      await writeFile(file, bwrapArguments(plan, hostname, user).join("\0") + "\0", { mode: 0o600 });
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
    await writeFile(file, unshareScript(plan, root, table, hostname, this.tools) + script, { mode: 0o600 });
    const namespaces = ["--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child"];
    const mapped = this.way.userNamespace ? ["--map-root-user"] : [];
    const unshare = [this.way.path, ...mapped, ...namespaces, "--", path.sh, file, ...command];
    return launch({ ...common, program: path.setpriv, args: ["--pdeathsig", "KILL", ...unshare] });
  }

  private entryOf(config: ContainerConfig, workingDir: string, { user, group }: User, env: ProcessEnv): Entry {
    const { security } = config;
    const binding = bindingOf(this.podBind, config);
    const { groups = [], capabilities = { add: [], drop: [] }, noNewPrivileges = false } = security;
    const isRoot = user === 0 && group === 0;
    const userBy = !this.way.userNamespace ? "change" : isRoot || this.way.tool === "bwrap" ? "nothing" : "namespace";
    return { binding, workingDir, user, group, groups, userBy, capabilities, noNewPrivileges, env };
  }

  /** What goes into a container that runs, and becomes a command there. */
  private enter({ pid, child }: Launched, entry: Entry): string[] {
    const { nsenter, env } = this.tools.path;
    // Bubblewrap's own process stays outside of the container's user namespace, that of unshare is in it.
    const userPid = this.way.tool === "bwrap" ? pid : child.pid;
    const user = this.way.userNamespace ? [`--user=/proc/${userPid}/ns/user`, "--preserve-credentials"] : [];
    const others = Object.entries({ mount: "mnt", pid: "pid", ipc: "ipc", uts: "uts" });
    const namespaces = others.map(([name, file]) => `--${name}=/proc/${pid}/ns/${file}`);
    const { workingDir } = entry;
    const { late } = entry.env;
    const isPlain = workingDir === "/" && late.length === 0;
    const surroundings = isPlain ? [] : [env, "-C", workingDir, "--", ...late];
    return [nsenter, ...user, ...namespaces, "--", ...becomeUser(entry, this.tools), ...surroundings];
  }
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

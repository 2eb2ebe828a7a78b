import { mkdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";

import { readImageTable, type ImageTable } from "./images";
import { versionOf, waysToIsolate, type Isolation } from "./isolation";
import type { Runtime } from "./runtime";
import { Starter, type RuntimeLog } from "./start";
import { findTools } from "./tools";

export { readImageTable, type ImageEntry, type ImageTable, type ImageText } from "./images";
export type { RuntimeLog } from "./start";
export * from "./runtime";

export interface RuntimeOptions {
  readonly images: ImageTable;
  /** Folder of the kubelet's own, which no container can look into. What an earlier runtime left there is removed. */
  readonly stateDir: string;
  readonly log: RuntimeLog;
  /** The program that has containers listen on their pod's address. @default they listen wherever they say */
  readonly podBind?: string;
  /** @default the first that works: unshare as root, bubblewrap or unshare with a user namespace */
  readonly isolation?: Partial<Pick<Isolation, "tool" | "userNamespace">>;
}

/**
 * What runs containers as processes of this machine in namespaces of their own; the network is the machine's. A
 * container sees the machine's files read-only. All containers die with this process, however it ends.
 * @throws Error when this machine or this user cannot make namespaces
 */
export async function createRuntime({
  images,
  stateDir,
  log,
  podBind,
  isolation = {},
}: RuntimeOptions): Promise<Runtime> {
  const tools = findTools(process.env["PATH"]);
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const folder = await realpath(stateDir);
  await rm(join(folder, "containers"), { recursive: true, force: true });
  await mkdir(join(folder, "root"), { recursive: true });

  const ways = waysToIsolate(tools, process.getuid?.() === 0).filter(
    ({ tool, userNamespace }) =>
      tool === (isolation.tool ?? tool) && userNamespace === (isolation.userNamespace ?? userNamespace),
  );
  const faults: string[] = [];
  for (const way of ways) {
    const starterOf = (table: ImageTable): Starter => new Starter(way, tools, table, folder, log, podBind);
    const starter = starterOf(images);
    const fault = await probe(starterOf(probeImages), folder);
    if (fault === undefined) return { version: versionOf(way), start: (config) => starter.start(config) };
    faults.push(`${way.tool}${way.userNamespace ? " with a user namespace" : ""}: ${fault}`);
  }
  throw new Error(`this machine does not let this user make the namespaces of containers: ${faults.join("; ")}`);
}

const probeImages = readImageTable('[{ "image": "*", "command": ["sh", "-c", "exit 0"] }]');

/** Starts a container that does nothing, which takes everything that others take. @returns what is wrong */
async function probe(starter: Starter, folder: string): Promise<string | undefined> {
  const logFile = join(folder, "probe.log");
  try {
    const container = await starter.start({
      pod: { namespace: "default", name: "probe", uid: "" },
      name: "probe",
      image: "probe",
      command: [],
      args: [],
      env: {},
      workingDir: undefined,
      mounts: [],
      hostname: "probe",
      podIP: "127.0.0.1",
      ports: [],
      security: {},
      logFile,
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "FallbackToLogsOnError",
    });
    const { exitCode, message } = await container.exited;
    return exitCode === 0 ? undefined : `a container that should end with 0 ended with ${exitCode}: ${message}`;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await rm(logFile, { force: true });
  }
}

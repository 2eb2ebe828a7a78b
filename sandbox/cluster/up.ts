import { readFileSync } from "node:fs";
import { type Entrances, entrancesOf } from "../dataplane/entrances";
import type { ImageText } from "../kubelet/runtime/images";
import { resolveToolchain, type Toolchain } from "../toolchain";
import { ensurePart } from "./ensure";
import { SandboxError } from "./errors";
import { exclusively } from "./exclusive";
import { chooseDataPlane, extrasOf, whyNoEnvoy } from "./dataPlane";
import { type Launcher, mainPort, portOf, reservePorts } from "./launch";
import { createFolders, layoutOf, logOf } from "./layout";
import { nodeManifest } from "./nodes";
import { clearOwner, setOwner } from "./owner";
import { partNames, partsOf } from "./parts";
import { clientAddress } from "./parts/mesh";
import { type DataPlaneName, type PartName, runsPods, type TrafficPlane } from "./parts/part";
import { isAlive } from "./processes";
import { dataPlaneOf, readState, StateFile } from "./state";
import { endLeftovers, runningProcess, stopParts } from "./stop";

export interface UpOptions {
  /** The sandbox's folder. */
  readonly dir: string;
  readonly report: (line: string) => void;
  /**
   * The process the sandbox belongs to: when it ends, by whatever cause, the sandbox is taken down. Left out, the
   * sandbox stays until `downSandbox`. The last `up` decides.
   */
  readonly ownerPid?: number;
  /** YAML texts to apply once the API server answers; types among them are ready for use afterwards. */
  readonly manifests?: readonly string[];
  /** Seed of the simulated mesh's random numbers. */
  readonly meshSeed?: number;
  /**
   * Stand-ins for images, of a cluster whose pods run; they come before the sandbox's own of the same name.
   *
   * @default those that the sandbox was last brought up with, none for a new one
   */
  readonly images?: readonly ImageText[];
  /**
   * What the requests are to be. Where `envoy` cannot be had, `report` is told why, and they are simulated; where `bare`
   * cannot, this fails.
   *
   * @default the one that the sandbox has, `simulated` for a new one
   */
  readonly dataPlane?: DataPlaneName;
  /** Aborting stops all that this call started. */
  readonly signal?: AbortSignal;
}

interface ClusterSandbox {
  readonly dir: string;
  readonly kubeconfig: string;
  readonly apiServerUrl: string;
  readonly toolchain: Toolchain;
}

/** A cluster with traffic and metrics. */
export interface Sandbox extends ClusterSandbox {
  readonly prometheusUrl: string;
  readonly meshUrl: string;
  readonly dataPlane: TrafficPlane;
  /** Where requests can be sent to; with the data plane `envoy` only. */
  readonly entrances?: Entrances;
}

/** A cluster whose pods run, and nothing else. */
export interface BareSandbox extends ClusterSandbox {
  /** Where the mesh answers once it is started. */
  readonly meshUrl: string;
  readonly dataPlane: "bare";
}

/** `dataPlane` tells which. */
export type AnySandbox = Sandbox | BareSandbox;

/** Brings the sandbox up: keeps the parts that work, starts the others, and waits until pods can run. */
export function upSandbox(options: UpOptions & { readonly dataPlane: "bare" }): Promise<BareSandbox>;
/** Without a data plane, a sandbox that is there and is bare stays so. */
export function upSandbox(options: UpOptions & { readonly dataPlane?: TrafficPlane }): Promise<Sandbox>;
export function upSandbox(options: UpOptions): Promise<AnySandbox>;
export async function upSandbox(options: UpOptions): Promise<AnySandbox> {
  const { dir, report, signal } = options;
  const layout = layoutOf(dir);
  const has = readState(layout)?.dataPlane;
  const wanted = chooseDataPlane(dir, has, options.dataPlane);
  const toolchain = await resolveToolchain(report, { signal, extras: extrasOf(wanted) });
  const lack = runsPods(wanted) ? whyNoEnvoy(toolchain) : undefined;
  if (lack !== undefined && wanted === "bare")
    throw new SandboxError(`without what pods need there is no cluster: ${lack}`);
  if (lack !== undefined) report(`without Envoy, so the traffic is simulated: ${lack}`);
  const dataPlane = lack === undefined ? wanted : "simulated";
  const work = async (): Promise<AnySandbox> => {
    createFolders(layout);
    const state = new StateFile(layout);
    state.update({ dataPlane });
    const ownerBefore = state.current.owner;
    // What fails in one place ends the waiting in all others, so that nothing is still starting while we clean up.
    const failed = new AbortController();
    const interrupt = (): void => failed.abort(signal?.reason);
    signal?.addEventListener("abort", interrupt);
    const launcher = { layout, toolchain, state, report, signal: failed.signal };
    const started: PartName[] = [];
    try {
      await bringUp(launcher, started, failed, options);
    } catch (error) {
      const running = started.filter((name) => runningProcess(state, name));
      if (running.length > 0) report(`stopping what was started: ${running.join(", ")}`);
      await stopParts(layout, state, started);
      await (isAlive(ownerBefore) ? setOwner(layout, state, ownerBefore.pid) : clearOwner(state));
      throw error;
    } finally {
      signal?.removeEventListener("abort", interrupt);
    }
    return describe(launcher);
  };
  return exclusively(layout, report, work, signal);
}

async function bringUp(
  launcher: Launcher,
  started: PartName[],
  failed: AbortController,
  { ownerPid, manifests = [], meshSeed, images }: UpOptions,
): Promise<void> {
  const { layout, toolchain, state, report, signal } = launcher;
  const leftovers = await endLeftovers(layout, state);
  if (leftovers.length > 0) report(`ended ${leftovers.length} process(es) that a crash had left behind`);
  if (meshSeed !== undefined && meshSeed !== state.current.meshSeed) {
    state.update({ meshSeed });
    await stopParts(layout, state, ["mesh"]);
  }
  if (images !== undefined && JSON.stringify(images) !== JSON.stringify(state.current.images)) {
    state.update({ images });
    await stopParts(layout, state, ["kubelet"]);
  }
  // While parts are being started this process owns them, so that not even kill -9 leaves half a sandbox behind. One
  // that stood on its own before is only mended, and goes on to stand on its own.
  const standing = state.current.owner === undefined && partNames.some((name) => runningProcess(state, name));
  if (ownerPid !== undefined || !standing) setOwner(layout, state, ownerPid ?? process.pid);

  const moved = new Set<PartName>();
  const ensure = (name: PartName): Promise<void> => ensurePart(launcher, name, moved, started);
  // Loaded late, because `status` and `down` need not wait for it, and meanwhile the API server starts.
  const dataPlane = dataPlaneOf(state.current);
  const loading = Promise.all([import("./apply"), import("./podsCanRun")]);
  const prometheus = dataPlane === "bare" ? [] : [ensure("prometheus")];
  const cluster = (async () => {
    await ensure("etcd");
    await ensure("kube-apiserver");
    const [{ applyManifests }] = await loading;
    const others = (["kube-controller-manager", "kube-scheduler", "kwok"] as const).map(ensure);
    const types = dataPlane === "bare" ? [] : [readFileSync(toolchain.paths["istio-crds"], "utf8")];
    const texts = [...types, nodeManifest(dataPlane), ...manifests];
    const applied = applyManifests(layout.kubeconfig, texts, signal).then(async () => {
      if (dataPlane === "bare") return startPlatform(ensure);
      if (dataPlane === "envoy") await allOrAbort([ensure("istiod"), ensure("kubelet")], failed);
      await ensure("mesh");
    });
    await allOrAbort([applied, ...others], failed);
  })();
  await allOrAbort([...prometheus, cluster], failed);
  for (const part of partsOf(dataPlane).filter(({ onDemand }) => onDemand)) await reservePorts(launcher, part);
  const [, { untilPodsCanRun }] = await loading;
  await untilPodsCanRun(layout.kubeconfig, signal);
  for (const { name, onDemand } of partsOf(dataPlane)) {
    if (!onDemand && !runningProcess(state, name))
      throw new SandboxError(`${name} has ended: see ${logOf(layout, name)}`);
  }
  if (ownerPid === undefined) await clearOwner(state);
}

/** Containers are told at their start whether the Service of the API server answers. */
async function startPlatform(ensure: (name: PartName) => Promise<void>): Promise<void> {
  await ensure("services");
  await ensure("kubelet");
}

/** Waits for all; the first failure aborts the others, and is thrown when these have ended too. */
async function allOrAbort(works: readonly Promise<void>[], failed: AbortController): Promise<void> {
  const failures: unknown[] = [];
  const watched = works.map((work) =>
    work.catch((error: unknown) => {
      failures.push(error);
      failed.abort();
    }),
  );
  await Promise.all(watched);
  if (failures.length > 0) throw failures[0];
}

function describe(launcher: Launcher): AnySandbox {
  const { layout, toolchain, state } = launcher;
  const dataPlane = dataPlaneOf(state.current);
  const entrances = (): Entrances => {
    const port = (name: string): number => portOf(launcher, "mesh", name);
    const clientPorts = { clientAddress: clientAddress(port("http")), clientPort: port("client") };
    return entrancesOf({ ...clientPorts, gatewayPort: port("gateway") });
  };
  const apiServerUrl = `https://127.0.0.1:${mainPort(launcher, "kube-apiserver")}`;
  const cluster = { dir: layout.dir, kubeconfig: layout.kubeconfig, apiServerUrl, toolchain };
  const meshUrl = `http://127.0.0.1:${mainPort(launcher, "mesh")}`;
  if (dataPlane === "bare") return { ...cluster, meshUrl, dataPlane };
  return {
    ...cluster,
    prometheusUrl: `http://127.0.0.1:${mainPort(launcher, "prometheus")}`,
    meshUrl,
    dataPlane,
    ...(dataPlane === "envoy" ? { entrances: entrances() } : {}),
  };
}

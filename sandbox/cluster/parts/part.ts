import type { ImageText } from "../../kubelet/runtime/images";
import type { Toolchain } from "../../toolchain";
import type { Layout } from "../layout";

export type PartName =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok"
  | "prometheus"
  | "istiod"
  | "services"
  | "kubelet"
  | "mesh";

/**
 * What the requests are. `simulated`: nothing is sent, and pods do not run. `envoy`: istiod drives Envoys, which send real
 * requests to pods that run as local processes.
 */
export const trafficPlanes = ["simulated", "envoy"] as const;
export type TrafficPlane = (typeof trafficPlanes)[number];

/** `bare`: pods run, and have Services, and nothing else is there: the platform is the user's to install. */
export const dataPlanes = [...trafficPlanes, "bare"] as const;
export type DataPlaneName = (typeof dataPlanes)[number];

/** Whether pods run as local processes. */
export function runsPods(dataPlane: DataPlaneName): boolean {
  return dataPlane !== "simulated";
}

/** What a part is told when it starts. */
export interface PartContext {
  readonly layout: Layout;
  readonly toolchain: Toolchain;
  /** The part's own ports, by the names it gave them. */
  readonly ports: Readonly<Record<string, number>>;
  /** A port of another part, the main one unless named. */
  readonly portOf: (part: PartName, port?: string) => number;
  readonly dataPlane: DataPlaneName;
  readonly meshSeed?: number;
  /** Stand-ins for images, besides the sandbox's own. */
  readonly images: readonly ImageText[];
}

export interface PartCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Variables besides those that every program gets. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One process of the sandbox. */
export interface Part {
  readonly name: PartName;
  /** Names of the ports it listens on, the main one first. */
  readonly ports: readonly [string, ...string[]];
  /** Only started when it is asked for by its name. @default it is part of `up` */
  readonly onDemand?: boolean;
  /** Parts whose address it is given at its start; it is started anew when one of them had to move. */
  readonly needs: readonly PartName[];
  /** How to see that it works. */
  readonly health: { readonly scheme: "http" | "https"; readonly path: string };
  /** Writes the files that the process reads. */
  prepare?(context: PartContext): void;
  /** Runs each time the part has become healthy. */
  ready?(context: PartContext): void;
  command(context: PartContext): PartCommand;
}

import type { Toolchain } from "../../toolchain";
import type { Layout } from "../layout";

export type PartName =
  "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kwok" | "prometheus" | "mesh";

/** What a part is told when it starts. */
export interface PartContext {
  readonly layout: Layout;
  readonly toolchain: Toolchain;
  /** The part's own ports, by the names it gave them. */
  readonly ports: Readonly<Record<string, number>>;
  /** The main port of another part. */
  readonly portOf: (part: PartName) => number;
  readonly meshSeed?: number;
}

/** One process of the sandbox. */
export interface Part {
  readonly name: PartName;
  /** Names of the ports it listens on, the main one first. */
  readonly ports: readonly [string, ...string[]];
  /** Parts whose address it is given at its start; it is started anew when one of them had to move. */
  readonly needs: readonly PartName[];
  /** How to see that it works. */
  readonly health: { readonly scheme: "http" | "https"; readonly path: string };
  /** Writes the files that the process reads. */
  prepare?(context: PartContext): void;
  /** Runs each time the part has become healthy. */
  ready?(context: PartContext): void;
  command(context: PartContext): { readonly program: string; readonly args: readonly string[] };
}

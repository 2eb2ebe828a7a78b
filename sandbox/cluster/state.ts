import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { ImageText } from "../kubelet/runtime/images";
import type { Layout } from "./layout";
import type { DataPlaneName, PartName } from "./parts/part";
import type { ProcessId } from "./processes";

export interface PartState {
  /** Left out while the part is stopped. */
  readonly process?: ProcessId;
  /** Kept while the part is stopped, so that it comes back at the same address. */
  readonly ports: Readonly<Record<string, number>>;
}

/** What is written down about a sandbox, so that any later process can look after it. */
export interface SandboxState {
  readonly format: 1;
  readonly parts: Readonly<Partial<Record<PartName, PartState>>>;
  /** The process whose end is the sandbox's end; left out when it stays until `down`. */
  readonly owner?: ProcessId;
  readonly watchdog?: ProcessId;
  readonly meshSeed?: number;
  /** Stand-ins for images, besides the sandbox's own. */
  readonly images?: readonly ImageText[];
  /** Left out: simulated. */
  readonly dataPlane?: DataPlaneName;
}

/** The data plane of a sandbox; that of one which has not been made yet. */
export function dataPlaneOf(state: SandboxState | undefined): DataPlaneName {
  return state?.dataPlane ?? "simulated";
}

export const emptyState: SandboxState = { format: 1, parts: {} };

/** The state, or undefined when there is none that this version can read. */
export function readState(layout: Layout): SandboxState | undefined {
  try {
    const state = JSON.parse(readFileSync(layout.state, "utf8")) as SandboxState;
    return state.format === 1 ? state : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Readers need no lock, because a rename shows them the old state or the new one and nothing between. */
export function writeState(layout: Layout, state: SandboxState): void {
  const temporary = `${layout.state}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, layout.state);
}

/** The state in memory and on disk, always the same. To be held only together with the sandbox's lock. */
export class StateFile {
  private state: SandboxState;

  constructor(private readonly layout: Layout) {
    this.state = readState(layout) ?? emptyState;
  }

  get current(): SandboxState {
    return this.state;
  }

  update(change: Partial<SandboxState>): void {
    this.state = { ...this.state, ...change };
    writeState(this.layout, this.state);
  }

  updatePart(part: PartName, state: PartState): void {
    this.update({ parts: { ...this.state.parts, [part]: state } });
  }
}

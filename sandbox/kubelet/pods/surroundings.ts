import type { V1Container } from "@kubernetes/client-node";
import type { Mount } from "../runtime/runtime";
import type { Pod } from "./pod";

/** The volumes of one pod, made. */
export interface PodVolumes {
  /** @param env the container's variables. @throws Error when a volume cannot be mounted so */
  mounts(container: V1Container, env: Readonly<Record<string, string>>): readonly Mount[];
  /** Brings what follows the API's objects up to date. */
  refresh(pod: Pod): Promise<void>;
  /** When that is next due by itself, ms since the epoch. */
  readonly nextRefreshAt: number | undefined;
  remove(): Promise<void>;
}

/** What a pod's containers get from outside. */
export interface Surroundings {
  /** @throws Error when a volume cannot be made, or not yet */
  prepareVolumes(pod: Pod, podIP: string): Promise<PodVolumes>;
  /** All variables of a container, with references expanded. @throws Error when one cannot be had */
  environment(pod: Pod, container: V1Container, podIP: string): Promise<Readonly<Record<string, string>>>;
  /** A text of the pod's command line, with its references to variables expanded. */
  expand(text: string, env: Readonly<Record<string, string>>): string;
  /** The file for what a container prints; its folder exists. */
  logFile(pod: Pod, container: V1Container): Promise<string>;
  /** Removes all that was kept of the pod on this machine. */
  forget(pod: Pod): Promise<void>;
}

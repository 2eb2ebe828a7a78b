import type { V1Container } from "@kubernetes/client-node";
import type { Mount } from "../runtime/runtime";
import type { Volumes } from "../volumes";
import type { Pod } from "./pod";

/** What a pod's containers get from outside. */
export interface Surroundings {
  /** @throws Error when a volume cannot be made, or not yet */
  prepareVolumes(pod: Pod, podIP: string): Promise<Volumes>;
  /** The files by which a pod's programs look names up; none where they are the machine's. */
  nameMounts(pod: Pod, podIP: string): readonly Mount[];
  /** All variables of a container, with references expanded. @throws Error when one cannot be had */
  environment(pod: Pod, container: V1Container, podIP: string): Promise<Readonly<Record<string, string>>>;
  /** The file for what a container prints; its folder exists. */
  logFile(pod: Pod, container: V1Container): Promise<string>;
  /** Removes all that was kept of the pod on this machine. */
  forget(pod: Pod): Promise<void>;
}

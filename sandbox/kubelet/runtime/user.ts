import type { ImageEntry } from "./images";
import { ContainerStartError, type ContainerConfig } from "./runtime";

export interface User {
  readonly user: number;
  readonly group: number;
}

/** Whoever may not be root is nobody, where neither the pod nor the image says who. */
const nobody = 65_534;

/** Who the program is: as the pod says, else as the image does, else root. @throws ContainerStartError */
export function userOf(image: Pick<ImageEntry, "user">, { pod, name, security }: ContainerConfig): User {
  const [imageUser, imageGroup] = image.user?.split(":").map(Number) ?? [];
  const user = security.user ?? imageUser ?? (security.nonRoot ? nobody : 0);
  if (security.nonRoot && user === 0) {
    const words =
      security.user === 0
        ? "container's runAsUser breaks non-root policy"
        : "container has runAsNonRoot and image will run as root";
    const where = `(pod: "${pod.name}_${pod.namespace}(${pod.uid})", container: ${name})`;
    throw new ContainerStartError("CreateContainerConfigError", `${words} ${where}`);
  }
  const ofImage = security.user === undefined ? imageGroup : undefined;
  return { user, group: security.group ?? ofImage ?? (user === nobody ? nobody : 0) };
}

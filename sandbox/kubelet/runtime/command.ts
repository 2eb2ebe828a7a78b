import type { ImageEntry } from "./images";
import { ContainerStartError, type ContainerConfig } from "./runtime";

type Asked = Pick<ContainerConfig, "pod" | "podIP" | "ports" | "command" | "args" | "image">;

/**
 * Program and arguments, by Kubernetes' rules: the pod's command replaces the image's with its arguments, the pod's
 * arguments alone replace the image's. @throws ContainerStartError when neither names a program
 */
export function commandOf(entry: ImageEntry, config: Asked): string[] {
  const fill = (text: string): string => fillIn(text, config);
  const program = config.command.length > 0 ? config.command : entry.command.map(fill);
  const defaults = config.command.length > 0 ? [] : entry.args.map(fill);
  const command = [...program, ...(config.args.length > 0 ? config.args : defaults)];
  if (command.length > 0 && command[0] !== "") return command;
  const hint = `neither the pod nor the image table's entry '${entry.image}' has a command for ${config.image}`;
  throw new ContainerStartError("CreateContainerError", `no command specified: ${hint}`);
}

/** The variables that the image sets, for this pod. */
export function imageEnvOf(entry: ImageEntry, config: Asked): Record<string, string> {
  return Object.fromEntries(Object.entries(entry.env).map(([name, value]) => [name, fillIn(value, config)]));
}

function fillIn(text: string, { pod, podIP, ports }: Asked): string {
  const { name: podName, namespace: podNamespace } = pod;
  const values: Record<string, string> = { podIP, podName, podNamespace, containerPorts: ports.join(",") };
  return text.replace(/\{(podIP|podName|podNamespace|containerPorts)\}/g, (_, name: string) => values[name] ?? "");
}

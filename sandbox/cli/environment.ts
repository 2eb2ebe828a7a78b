import { resolve } from "node:path";
import { pulumiEnvironment, SandboxError, statusOf } from "../cluster";
import { extrasOf } from "../cluster/dataPlane";
import { kubernetesPlugin } from "../pulumi/kubernetesPlugin";
import { resolveToolchain } from "../toolchain";

/** Shell text that sets, in the shell that evaluates it, what `pulumi` and `kubectl` need to work on the sandbox. */
export async function environmentText(dir: string, report: (line: string) => void): Promise<string> {
  const { healthy, kubeconfig, dataPlane } = await statusOf(dir);
  if (!healthy) throw new SandboxError(`the sandbox in ${dir} is not up: run \`npm run sandbox -- up\` first`);
  const toolchain = await resolveToolchain(report, { extras: extrasOf(dataPlane) });
  const sandbox = { dir: resolve(dir), kubeconfig: resolve(kubeconfig), toolchain, dataPlane };
  return Object.entries(pulumiEnvironment(sandbox, await kubernetesPlugin(sandbox, report)))
    .filter(([name, value]) => value !== undefined && value !== process.env[name] && /^[A-Z_]+$/.test(name))
    .map(([name, value]) => `export ${name}=${quoted(value ?? "")}`)
    .join("\n");
}

/** A text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

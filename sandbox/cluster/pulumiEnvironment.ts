import { mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { layoutOf } from "./layout";
import type { Sandbox } from "./up";

/**
 * The environment in which `pulumi` works on the sandbox: state in the sandbox's folder, the sandbox's cluster, the
 * toolchain's programs, and nothing that asks the outside world.
 *
 * @param plugins folders of plugins, which come before the toolchain's
 */
export function pulumiEnvironment(
  { dir, kubeconfig, toolchain }: Pick<Sandbox, "dir" | "kubeconfig" | "toolchain">,
  plugins: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const { pulumi } = layoutOf(dir);
  const backend = join(pulumi, "backend");
  const home = join(pulumi, "home");
  for (const folder of [backend, home]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    ...env,
    // The language host and the shims lie beside the CLI, which looks for them on PATH first.
    PATH: [...plugins, dirname(toolchain.paths.pulumi), env.PATH ?? ""].join(delimiter),
    ...(toolchain.platform === undefined ? {} : { SERIN_HELM: toolchain.platform.helm }),
    KUBECONFIG: kubeconfig,
    PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    PULUMI_HOME: home,
    // Protects nothing that is worth it: the sandbox's secrets are made up, and its files are the user's alone.
    PULUMI_CONFIG_PASSPHRASE: "sandbox",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // The user's own settings for other backends and stacks would win over the ones above.
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
    PULUMI_ACCESS_TOKEN: undefined,
    PULUMI_STACK: undefined,
  };
}

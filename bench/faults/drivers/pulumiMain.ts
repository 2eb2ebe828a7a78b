import { KubernetesClient } from "../../../adapters/kubernetes/client";
import { release } from "../../../provider/release";
import { parseInputs } from "../../../provider/validation";

/** What the provider does inside `pulumi up`, without the rest of Pulumi: arguments are a kubeconfig and the inputs as JSON. */
async function main([kubeconfig, inputs]: readonly string[]): Promise<void> {
  const client = await KubernetesClient.connect(kubeconfig);
  const outputs = await release(client, parseInputs(JSON.parse(inputs ?? "{}")), true, (line) => console.log(line));
  console.log(JSON.stringify(outputs));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

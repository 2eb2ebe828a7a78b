import { KubernetesError } from "../../adapters/kubernetes/errors";
import { EXIT, ExitError } from "./exit";

/** What a fault of the API server means to whoever called, in one line; anything else as it is. */
export function explain(error: unknown, server: string): unknown {
  if (!(error instanceof KubernetesError)) return error;
  const { status, message } = error;
  const isNamed = /experiments\.iter8\.tools "[^"]*" not found/.test(message);
  const code = status === 404 && isNamed ? EXIT.notFound : EXIT.error;
  // Without an answer the message names the server by itself.
  const where = status === 0 ? "" : `Kubernetes API server ${server}: `;
  const advice = status === 404 && isNamed ? "" : `. ${adviceFor(status, message)}`;
  return new ExitError(code, `${where}${message}${advice}`, { cause: error });
}

function adviceFor(status: number, message: string): string {
  switch (status) {
    case 0:
      return "Check that the cluster runs, and that the kubeconfig (--kubeconfig, $KUBECONFIG) names it";
    case 401:
      return "Renew the credentials in the kubeconfig";
    case 403:
      return "Ask for that right, or use another --kubeconfig or --context";
    case 404:
      return message.includes('namespaces "')
        ? "Create the namespace, or choose another one with --namespace"
        : "Install the type Experiment: npx serin-crd | kubectl apply --server-side -f -";
    case 409:
      return "Somebody else changed it at the same time: try again";
    case 400:
    case 422:
      return "Correct that field";
    default:
      return "Try again; if it stays so, look into the API server's log";
  }
}

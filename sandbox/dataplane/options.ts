import { Command } from "commander";

import { portNumber } from "../mesh/options";

/** What the process is told; the command line says what each one is for. */
export interface Options {
  readonly kubeconfig: string;
  readonly port: number;
  /** One of the two is there. */
  readonly istiodPort?: number;
  readonly istiodService?: string;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly clientAdminPort: number;
  readonly gatewayPort: number;
  readonly gatewayAdminPort: number;
  readonly envoy: string;
  readonly vegeta: string;
  readonly dir: string;
  readonly targets: string;
}

/** The command line of the process. */
export function dataPlaneCommand(run: (options: Options) => Promise<void>): Command {
  return new Command("dataplane")
    .description("Sends real requests through Envoys that istiod drives, and counts what becomes of them.")
    .requiredOption("--kubeconfig <file>", "of the cluster, whose current context is used")
    .requiredOption(
      "--port <number>",
      "to serve /metrics, /requests, /routes, /splits, /sent, /lost and /healthz on",
      portNumber,
    )
    .option("--istiod-port <number>", "of istiod's discovery service on 127.0.0.1, without TLS", portNumber)
    .option("--istiod-service <namespace/name:port>", "the same as a Service that answers, with its port's name")
    .requiredOption("--client-address <IP>", "where requests from inside the mesh go in, on the port of each Service")
    .requiredOption("--client-port <number>", "which stands there for port 80", portNumber)
    .requiredOption("--client-admin-port <number>", "of its Envoy", portNumber)
    .requiredOption("--gateway-port <number>", "behind port 80 of the gateway", portNumber)
    .requiredOption("--gateway-admin-port <number>", "of its Envoy", portNumber)
    .requiredOption("--envoy <file>", "the program")
    .requiredOption("--vegeta <file>", "the program that sends the load")
    .requiredOption("--dir <folder>", "for the Envoys' configurations")
    .requiredOption("--targets <file>", "where to tell Prometheus what to scrape")
    .action(run);
}

import { compiledScript } from "../../toolchain/packageRoot";
import { dataPlanePrograms } from "../dataPlane";
import { addressBlock } from "../network";
import { smallHeap } from "../node";
import type { Part } from "./part";
import { scrapeTargetsFile, writeMeshTarget } from "./prometheus";

const health = { scheme: "http", path: "/healthz" } as const;

/** Stands for Istio's data plane: sends the traffic and exposes Istio's metrics. */
export const simulatedMesh: Part = {
  name: "mesh",
  ports: ["http"],
  needs: ["kube-apiserver"],
  health,
  prepare: ({ layout, ports }) => writeMeshTarget(layout, ports.http),
  command: ({ layout, ports, meshSeed }) => ({
    program: process.execPath,
    args: [
      compiledScript("sandbox/mesh/main.js"),
      "--kubeconfig",
      layout.kubeconfig,
      "--port",
      String(ports.http),
      ...(meshSeed === undefined ? [] : ["--seed", String(meshSeed)]),
    ],
  }),
};

/** Where the Envoy of the requests from inside the mesh listens, on the port of each Service. */
export function clientAddress(meshPort: number): string {
  return `${addressBlock(meshPort)}.2`;
}

/** Sends the traffic through Envoys, and exposes what these report as Istio's metrics. */
export const envoyMesh: Part = {
  name: "mesh",
  ports: ["http", "client", "clientAdmin", "gateway", "gatewayAdmin"],
  needs: ["kube-apiserver", "istiod"],
  health,
  prepare: ({ layout, ports }) => writeMeshTarget(layout, ports.http),
  command: ({ layout, toolchain, ports, portOf }) => {
    const { envoy, vegeta } = dataPlanePrograms(toolchain);
    return {
      program: process.execPath,
      args: [
        smallHeap,
        compiledScript("sandbox/dataplane/main.js"),
        ...["--kubeconfig", layout.kubeconfig],
        ...["--port", String(ports.http)],
        ...["--istiod-port", String(portOf("istiod", "grpc"))],
        ...["--client-address", clientAddress(ports.http ?? 0)],
        ...["--client-port", String(ports.client)],
        ...["--client-admin-port", String(ports.clientAdmin)],
        ...["--gateway-port", String(ports.gateway)],
        ...["--gateway-admin-port", String(ports.gatewayAdmin)],
        ...["--envoy", envoy],
        ...["--vegeta", vegeta],
        ...["--dir", layout.dataPlane],
        ...["--targets", scrapeTargetsFile(layout)],
      ],
    };
  },
};

import { proxyNamespace } from "../../dataplane/bootstrap";
import { compiledScript } from "../../toolchain/packageRoot";
import { dataPlanePrograms } from "../dataPlane";
import { addressBlock } from "../network";
import { smallHeap } from "../node";
import type { Part, PartContext } from "./part";
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

/** What the two Envoys' mesh is told, wherever istiod is. */
function meshArguments({ layout, toolchain, ports }: PartContext, istiod: readonly string[]): string[] {
  const { envoy, vegeta } = dataPlanePrograms(toolchain);
  return [
    smallHeap,
    compiledScript("sandbox/dataplane/main.js"),
    ...["--kubeconfig", layout.kubeconfig],
    ...["--port", String(ports.http)],
    ...istiod,
    ...["--client-address", clientAddress(ports.http ?? 0)],
    ...["--client-port", String(ports.client)],
    ...["--client-admin-port", String(ports.clientAdmin)],
    ...["--gateway-port", String(ports.gateway)],
    ...["--gateway-admin-port", String(ports.gatewayAdmin)],
    ...["--envoy", envoy],
    ...["--vegeta", vegeta],
    ...["--dir", layout.dataPlane],
    ...["--targets", scrapeTargetsFile(layout)],
  ];
}

/** Sends the traffic through Envoys, and exposes what these report as Istio's metrics. */
export const envoyMesh: Part = {
  name: "mesh",
  ports: ["http", "client", "clientAdmin", "gateway", "gatewayAdmin"],
  needs: ["kube-apiserver", "istiod"],
  health,
  prepare: ({ layout, ports }) => writeMeshTarget(layout, ports.http),
  command: (context) => {
    const istiod = ["--istiod-port", String(context.portOf("istiod", "grpc"))];
    return { program: process.execPath, args: meshArguments(context, istiod) };
  },
};

/** The same, for an istiod that is installed as users do: it must be there when the part starts. */
export const meshOnDemand: Part = {
  ...envoyMesh,
  needs: ["kube-apiserver"],
  onDemand: true,
  command: (context) => {
    const istiod = ["--istiod-service", `${proxyNamespace}/istiod:grpc-xds`];
    return { program: process.execPath, args: meshArguments(context, istiod) };
  },
};

import { compiledScript } from "../../toolchain/packageRoot";
import type { Part } from "./part";
import { writeMeshTarget } from "./prometheus";

/** Stands for Istio's data plane: sends the traffic and exposes Istio's metrics. */
export const mesh: Part = {
  name: "mesh",
  ports: ["http"],
  needs: ["kube-apiserver"],
  health: { scheme: "http", path: "/healthz" },
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

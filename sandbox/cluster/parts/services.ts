import { compiledScript } from "../../toolchain/packageRoot";
import { smallHeap } from "../node";
import type { Part } from "./part";

/** Listens on the addresses of the cluster's Services. */
export const services: Part = {
  name: "services",
  ports: ["http"],
  needs: ["kube-apiserver"],
  health: { scheme: "http", path: "/healthz" },
  command: ({ layout, ports }) => ({
    program: process.execPath,
    args: [
      smallHeap,
      compiledScript("sandbox/services/main.js"),
      ...["--kubeconfig", layout.kubeconfig],
      ...["--port", String(ports.http)],
    ],
  }),
};

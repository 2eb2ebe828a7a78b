import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compiledScript, packageRoot } from "../../toolchain/packageRoot";
import type { Layout } from "../layout";
import { addressBlock } from "../network";
import { smallHeap } from "../node";
import { kubeletNode } from "../nodes";
import type { Part } from "./part";

const imageTable = (layout: Layout): string => join(layout.kubelet, "images.json");

/** Where the sample application finds its pod's labels and annotations. */
const podInfo = "/etc/podinfo";

/** No image can be pulled here: every one is the sample application, which does what its pod's annotations say. */
const images = [
  {
    image: "*",
    command: [process.execPath, smallHeap, "--v8-pool-size=1", compiledScript("sandbox/app/main.js")],
    args: ["--address", "{podIP}", "--ports", "{containerPorts}", "--pod-info", podInfo],
    files: [packageRoot()],
    podInfo,
  },
];

/** Runs the pods of its node as processes of this machine. */
export const kubelet: Part = {
  name: "kubelet",
  ports: ["http"],
  needs: ["kube-apiserver"],
  health: { scheme: "http", path: "/healthz" },
  prepare: ({ layout }) => writeFileSync(imageTable(layout), JSON.stringify(images)),
  command: ({ layout, ports }) => ({
    program: process.execPath,
    args: [
      smallHeap,
      compiledScript("sandbox/kubelet/main.js"),
      ...["--kubeconfig", layout.kubeconfig],
      ...["--node", kubeletNode],
      ...["--dir", layout.kubelet],
      ...["--images", imageTable(layout)],
      ...["--port", String(ports.http)],
      ...["--pod-addresses", addressBlock(ports.http ?? 0)],
    ],
  }),
};

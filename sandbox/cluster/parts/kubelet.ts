import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compiledScript } from "../../toolchain/packageRoot";
import { platformProgram } from "../dataPlane";
import { platformImages, sampleApplication } from "../images";
import type { Layout } from "../layout";
import { addressBlock } from "../network";
import { smallHeap } from "../node";
import { kubeletNode } from "../nodes";
import type { Part, PartContext } from "./part";

const imageTable = (layout: Layout): string => join(layout.kubelet, "images.json");

/** Runs the pods of its node as processes of this machine. */
export const kubelet: Part = {
  name: "kubelet",
  ports: ["http"],
  needs: ["kube-apiserver"],
  health: { scheme: "http", path: "/healthz" },
  prepare: ({ layout, images }) =>
    writeFileSync(imageTable(layout), JSON.stringify([...images, sampleApplication("*")])),
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

/** The same, with the network of a cluster: an address that programs need not know of, names, and Services that answer. */
export const platformKubelet: Part = {
  ...kubelet,
  needs: ["kube-apiserver", "services"],
  // A platform whose images nobody stands in for is not to look as if it ran.
  prepare: (context) => writeFileSync(imageTable(context.layout), JSON.stringify(imagesOf(context))),
  command: (context) => {
    const { program, args } = kubelet.command(context);
    const podBind = platformProgram(context.toolchain, "pod-bind");
    return { program, args: [...args, "--pod-bind", podBind, "--service-names"] };
  },
};

/** What was asked for comes before the sandbox's own entry of that name. */
function imagesOf({ images, toolchain }: PartContext): PartContext["images"] {
  const own = platformImages(toolchain).filter(({ image }) => !images.some((given) => given.image === image));
  return [...images, ...own];
}

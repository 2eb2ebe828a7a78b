import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ImageText } from "../kubelet/runtime/images";
import type { Toolchain } from "../toolchain";
import { compiledScript, packageRoot } from "../toolchain/packageRoot";
import { dataPlanePrograms } from "./dataPlane";
import { smallHeap } from "./node";
import { tektonImages } from "./tektonImages";

/** Where the sample application finds its pod's labels and annotations. */
const podInfo = "/etc/podinfo";

/** The sample application in place of an image, which does what its pod's annotations say. @param image `*` for any */
export const sampleApplication = (image: string): ImageText => ({
  image,
  command: [process.execPath, smallHeap, "--v8-pool-size=1", compiledScript("sandbox/app/main.js")],
  args: ["--address", "{podIP}", "--ports", "{containerPorts}", "--pod-info", podInfo],
  files: [packageRoot()],
  podInfo,
});

/** The platform's images, as what the toolchain has of them, with the users and folders that the images have. */
export function platformImages(toolchain: Toolchain): ImageText[] {
  const { istiod } = dataPlanePrograms(toolchain);
  const { prometheus } = toolchain.paths;
  const ofPrometheus = {
    command: [prometheus],
    args: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
    files: shown(prometheus),
    user: "65534:65534",
    workingDir: "/prometheus",
  };
  const root = packageRoot();
  return [
    { image: "pilot", command: [istiod], files: shown(istiod), user: "1337:1337" },
    { image: "prom/prometheus", ...ofPrometheus },
    { image: "prometheus/prometheus", ...ofPrometheus },
    {
      image: "serin",
      command: [
        process.execPath,
        "--max-old-space-size=144",
        "--max-semi-space-size=8",
        join(root, "dist/cli/main.js"),
      ],
      args: ["controller"],
      env: { NODE_ENV: "production" },
      files: [...shown(process.execPath), root],
      user: "65532:65532",
    },
    ...tektonImages(toolchain, shown),
  ];
}

/** A file as an image's own, unless every user of a container can reach it where it is. */
function shown(path: string): string[] {
  const isInTheWay = (folder: string): boolean => folder === "/tmp" || (statSync(folder).mode & 0o001) === 0;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if (isInTheWay(folder)) return [path];
  }
  return [];
}

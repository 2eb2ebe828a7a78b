import type { ImageText } from "../kubelet/runtime/images";
import type { Toolchain } from "../toolchain";
import type { TektonProgram } from "../toolchain/tools";
import { platformProgram } from "./dataPlane";

/** The programs of Tekton's images, by what the names of these end with. */
const programs: Readonly<Record<string, TektonProgram>> = {
  "tektoncd/pipeline/controller": "tekton-pipelines-controller",
  "tektoncd/pipeline/webhook": "tekton-pipelines-webhook",
  "tektoncd/pipeline/events": "tekton-events-controller",
  "tektoncd/pipeline/resolvers": "tekton-pipelines-remote-resolvers",
  "tektoncd/triggers/controller": "tekton-triggers-controller",
  "tektoncd/triggers/webhook": "tekton-triggers-webhook",
  "tektoncd/triggers/interceptors": "tekton-triggers-core-interceptors",
};

/** @param shown a file as an image's own, where users of a container cannot reach it otherwise */
export function tektonImages(toolchain: Toolchain, shown: (path: string) => string[]): ImageText[] {
  return Object.entries(programs).map(([image, name]) => {
    const program = platformProgram(toolchain, name);
    return { image, command: [program], files: shown(program), user: "65532:65532" };
  });
}

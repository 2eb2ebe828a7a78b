export * from "./canaryController";
export * from "./canaryNamespace";
export * from "./canaryRelease";
export * from "./canaryReleaseArgs";
export type { MetricArgs } from "./common/metrics";
export type { PlacementArgs, ResourcesArgs } from "./common/placement";
export * from "./istio";
export * from "./prometheus";
export * from "./tekton";

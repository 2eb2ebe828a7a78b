export * from "./canaryRelease";
export * from "./canaryReleaseArgs";

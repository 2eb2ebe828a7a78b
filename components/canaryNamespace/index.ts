export { CanaryNamespace } from "./canaryNamespace";
export type * from "./canaryNamespaceArgs";

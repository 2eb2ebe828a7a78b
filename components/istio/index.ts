export { Istio } from "./istio";
export type * from "./istioArgs";
export { injectionLabels } from "./revisions";

export { Tekton } from "./tekton";
export type * from "./tektonArgs";

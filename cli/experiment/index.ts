export { experimentCommand } from "./command";
export { ExitError } from "./exit";
export type { ClusterApi, Services } from "./services";

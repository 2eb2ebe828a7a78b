export { ToolchainError, type ToolchainFailure } from "./errors";
export { type Interrupt, Interrupted, listenForInterrupt } from "./interrupt";
export { type DataPlane, type Origin, type ResolvedTool, resolveToolchain, type Toolchain } from "./resolve";
export type { CoreTool, DataPlaneTool, ToolName } from "./tools";

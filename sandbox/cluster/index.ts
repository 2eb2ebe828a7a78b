export { startPart, stopPart } from "./control";
export { type DownOptions, downSandbox } from "./down";
export { sampleApplication } from "./images";
export { SandboxError } from "./errors";
export { isPartName, partNames } from "./parts";
export { type DataPlaneName, dataPlanes, type PartName, type TrafficPlane, trafficPlanes } from "./parts/part";
export { pulumiEnvironment } from "./pulumiEnvironment";
export { type PartStatus, type SandboxStatus, statusOf } from "./status";
export { type AnySandbox, type BareSandbox, type Sandbox, type UpOptions, upSandbox } from "./up";

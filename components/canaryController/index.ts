export * from "./canaryController";
export * from "./canaryControllerArgs";

export { runController } from "./controller";
export { DEFAULTS as CONTROLLER_DEFAULTS, type ControllerOptions } from "./options";
export { letAllGo } from "./uninstall";

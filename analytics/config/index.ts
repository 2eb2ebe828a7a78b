export { readConfig, type Config, type Flags, type Limits } from "./config";
export { ConfigError } from "./errors";

export { ConfigError, readConfig, type Config, type Flags, type Limits } from "./config";
export { createServer, type ServerOptions } from "./http/server";
export { createLog, LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "./log";
export { serveAnalytics, startAnalytics, type Running, type SignalSource } from "./serve";

export { ConfigError, readConfig, type Config, type Flags, type Limits } from "./config";
export { createServer, type ServerOptions } from "./http/server";
export { serveAnalytics, startAnalytics, type Running, type SignalSource } from "./serve";

import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Part } from "./parts/part";

/** Whether the part answers its health check with success. */
export function isHealthy({ health }: Part, port: number, timeoutMs = 2_000): Promise<boolean> {
  const options = { host: "127.0.0.1", port, path: health.path, timeout: timeoutMs, agent: false as const };
  return new Promise((resolve) => {
    const request =
      health.scheme === "http"
        ? requestHttp(options)
        : // Kubernetes' parts make their certificates up at each start, and nothing is sent that needs protection.
          requestHttps({ ...options, rejectUnauthorized: false });
    request.once("response", (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(false));
    request.once("close", () => resolve(false));
    request.end();
  });
}

import type { ObjectName } from "../mesh/model";
import type { ProxiedRequest } from "./accessLog";

const mostOfService = 50;

/** Logs the requests that are lost: each of a service's first ones, and then that there are more. */
export class LossLog {
  private readonly told = new Map<string, number>();

  constructor(private readonly log: (message: string) => void) {}

  tell({ namespace, name }: ObjectName, { at, code, flags, upstream = "no pod", destination }: ProxiedRequest): void {
    const service = `${namespace}/${name}`;
    const count = (this.told.get(service) ?? 0) + 1;
    if (count > mostOfService) return;
    this.told.set(service, count);
    const way = [destination?.host, destination?.subset].filter(Boolean).join(" subset ") || "no route";
    const arrived = new Date(at).toISOString();
    this.log(`lost a request to ${service} of ${arrived}: ${code} ${flags}, ${way}, ${upstream}`);
    if (count === mostOfService) this.log(`lost ${count} requests to ${service}: no more are told here, see /lost`);
  }
}

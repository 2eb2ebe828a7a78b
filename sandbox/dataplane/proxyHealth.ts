import axios from "axios";

import type { ProxyName } from "./bootstrap";

const patienceMs = 1_000;

/**
 * The proxies that do not run, or have not been told anything by istiod since their start. One that has been goes on by
 * what it was told, and is ready, while istiod is away.
 *
 * @param adminPorts of their administration, at 127.0.0.1
 */
export async function unreadyProxies(adminPorts: Readonly<Record<ProxyName, number>>): Promise<ProxyName[]> {
  const names = Object.keys(adminPorts) as ProxyName[];
  const found = await Promise.all(names.map((name) => isReady(name, adminPorts[name])));
  return names.filter((_, index) => !found[index]);
}

/** The gateway listens nowhere before there is a Gateway; the client's Sidecar is there from the beginning. */
async function isReady(name: ProxyName, adminPort: number): Promise<boolean> {
  const ask = (path: string) =>
    axios.get<string>(`http://127.0.0.1:${adminPort}${path}`, {
      timeout: patienceMs,
      proxy: false,
      responseType: "text",
    });
  try {
    // Refused until the proxy has its first configuration.
    await ask("/ready");
    return name === "gateway" || (await ask("/listeners")).data !== "";
  } catch {
    return false;
  }
}

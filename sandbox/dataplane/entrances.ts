/** Where the proxies take requests. */
export interface Entrances {
  /** The way in of requests from inside the mesh to Services of a port. */
  readonly client: (port: number) => string;
  /** The ingress gateway's port 80. */
  readonly gateway: string;
}

/**
 * Port 80 needs rights that nobody should need here; all that asks for it goes in by another one.
 *
 * @param port80 the port that stands for it
 */
export function clientEntrance(address: string, port80: number, ofService: number): string {
  return `http://${address}:${ofService === 80 ? port80 : ofService}`;
}

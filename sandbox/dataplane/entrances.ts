/** Ways into the mesh, as base URLs; the Host of a request says what it is for. */
export interface Entrances {
  /** From inside the mesh: for Services of a port, 80 or above 1023. */
  readonly client: (port: number) => string;
  /** Port 80 of the ingress gateway. */
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

export interface ProxyAddresses {
  /** Where the traffic generator's sidecar listens. */
  readonly clientAddress: string;
  /** The port that stands there for port 80. */
  readonly clientPort: number;
  /** The one that stands for the gateway's port 80, at 127.0.0.1. */
  readonly gatewayPort: number;
}

export function entrancesOf({ clientAddress, clientPort, gatewayPort }: ProxyAddresses): Entrances {
  return {
    client: (port) => clientEntrance(clientAddress, clientPort, port),
    gateway: `http://127.0.0.1:${gatewayPort}`,
  };
}

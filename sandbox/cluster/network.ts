const lowestPort = 20_000;
const addressesOf = 250;

/**
 * The first three bytes of a block of loopback addresses that are a process's own, because the port is: Linux answers on
 * each address of 127.0.0.0/8. So sandboxes side by side never get into each other's way.
 *
 * @param port one of those that parts get, and that the process listens on at 127.0.0.1
 * @example addressBlock(20_251) // "127.65.1"
 */
export function addressBlock(port: number): string {
  const index = port - lowestPort;
  return `127.${64 + Math.floor(index / addressesOf)}.${index % addressesOf}`;
}

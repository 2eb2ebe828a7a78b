const lowestPort = 20_000;
const addressesOf = 250;
const serviceAddresses = 512;
const firstServiceBlock = 128;

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

/**
 * The range of loopback addresses, 512 of them, from which a cluster's Services get theirs. It lies above all blocks of
 * `addressBlock`, and no two ports have the same one.
 *
 * @param port the API server's, when the cluster was made
 * @example serviceRange(20_129) // "127.129.2.0/23"
 */
export function serviceRange(port: number): string {
  const first = (port - lowestPort) * serviceAddresses;
  return `127.${firstServiceBlock + (first >> 16)}.${(first >> 8) & 255}.0/23`;
}

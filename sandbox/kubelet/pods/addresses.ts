/** The address of the machine, and of pods that use its network. */
export const hostAddress = "127.0.0.1";

const first = 2;
const last = 254;

/**
 * Gives each pod a loopback address of its own, from PREFIX.2 to PREFIX.254. One that was given back is used again only when
 * all others have had their turn.
 */
export class Addresses {
  private readonly used = new Map<string, string>();
  private next = first;

  /** @param prefix the first three parts of the addresses, such as `127.1.0` */
  constructor(private readonly prefix: string) {}

  /** The pod's address: the one it has, or asks for, where that is free. @throws Error when all are in use */
  take(uid: string, wanted?: string): string {
    for (const [address, owner] of this.used) if (owner === uid) return address;
    if (wanted !== undefined && this.isOurs(wanted) && !this.used.has(wanted)) {
      this.used.set(wanted, uid);
      return wanted;
    }
    for (let tries = first; tries <= last; tries++) {
      const address = `${this.prefix}.${this.next}`;
      this.next = this.next === last ? first : this.next + 1;
      if (this.used.has(address)) continue;
      this.used.set(address, uid);
      return address;
    }
    throw new Error(`all pod addresses of ${this.prefix}.0/24 are in use`);
  }

  /** Gives back the pod's address. */
  release(uid: string): void {
    for (const [address, owner] of this.used) if (owner === uid) this.used.delete(address);
  }

  private isOurs(address: string): boolean {
    const parts = address.split(".");
    const number = Number(parts.pop());
    return parts.join(".") === this.prefix && number >= first && number <= last;
  }
}

import { writeIn } from "./writes";
import type { Histories } from "../history/histories";
import type { Exchange } from "../proxies/apiProxy";

/** Who is who: what the proxies have seen the drivers write. */
export class Exchanges {
  private readonly drivers = new Map<string, string>();

  constructor(private readonly histories: Histories) {}

  /** The process that calls itself so in the Leases it wrote. */
  readonly driverOf = (identity: string): string | undefined => this.drivers.get(identity);

  /** Takes note of what a driver sent and how it was answered. */
  note(driver: string, exchange: Exchange): void {
    const seen = writeIn(exchange);
    if (seen === undefined) return;
    if (seen.identity !== undefined) this.drivers.set(seen.identity, driver);
    const { plural, namespace, name, revision } = seen;
    if (plural === "leases" || plural === "events") return;
    this.histories.addWrite(namespace, { plural, name, revision, driver, sentAt: exchange.sentAt });
  }
}

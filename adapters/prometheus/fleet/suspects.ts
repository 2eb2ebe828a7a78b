import type { QueryFault } from "../queryResult";

/** After so long without a fault, a template is trusted again. */
const MEMORY_MS = 600_000;
const MOST = 256;

interface Suspicion {
  readonly fault: QueryFault;
  /** ms since 1970. */
  readonly at: number;
}

/** Remembers the templates whose queries failed by themselves, so that they don't take others down again. */
export class Suspects {
  /** The one that was asked longest ago comes first. */
  private readonly templates = new Map<string, Suspicion>();

  /** @param now ms since 1970 */
  add(template: string, fault: QueryFault, now: number): void {
    this.templates.delete(template);
    this.templates.set(template, { fault, at: now });
    const [oldest] = this.templates.keys();
    if (this.templates.size > MOST && oldest !== undefined) this.templates.delete(oldest);
  }

  /** The last fault of a template; undefined for one that is trusted. */
  faultOf(template: string, now: number): QueryFault | undefined {
    const known = this.templates.get(template);
    return known === undefined || now - known.at >= MEMORY_MS ? undefined : known.fault;
  }

  /** The templates in the order in which they should be asked, so that each has its turn. */
  inTurn(templates: readonly string[]): string[] {
    const order = new Map([...this.templates.keys()].map((template, i) => [template, i]));
    return [...templates].sort((a, b) => (order.get(a) ?? -1) - (order.get(b) ?? -1));
  }

  /** Puts a template at the end of the turn. */
  asked(template: string): void {
    const known = this.templates.get(template);
    if (known === undefined) return;
    this.templates.delete(template);
    this.templates.set(template, known);
  }
}

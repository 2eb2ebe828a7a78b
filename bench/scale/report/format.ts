import type { Distribution } from "../measure/distribution";

/** A time in ms as seconds; a dash for none. @example seconds(1234) // "1.23 s" */
export function seconds(ms: number | undefined): string {
  if (ms === undefined || Number.isNaN(ms)) return "–";
  const digits = Math.abs(ms) < 10_000 ? 2 : 1;
  return `${(ms / 1000).toFixed(digits)} s`;
}

/** Some percentiles of times in ms. @example times(lateness, "p50", "max") // "0.01 s / 0.40 s" */
export function times(of: Distribution, ...which: readonly Exclude<keyof Distribution, "count">[]): string {
  if (of.count === 0) return "–";
  return which.map((name) => seconds(of[name])).join(" / ");
}

/** A number with at most three digits that count. @example short(0.01234) // "0.0123" */
export function short(value: number): string {
  if (Number.isNaN(value)) return "–";
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** What there was of each kind. @example kinds({ "get leases": 2 }) // "2 get leases" */
export function kinds(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

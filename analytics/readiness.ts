import type { QuerySource } from "../adapters/prometheus";

/** Whether requests can be answered; without a reason when they can. */
export interface Readiness {
  readonly ready: boolean;
  readonly reason?: string;
}

const KEPT_MS = 5000;

/**
 * Asks Prometheus whether it answers, and keeps what came of it for 5 s, so that probes cost it little however often they
 * come.
 *
 * @param now ms since 1970
 */
export function readinessOf(source: QuerySource, now: () => number): () => Promise<Readiness> {
  let asked: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;
  return () => {
    if (asked === undefined || now() - asked.at >= KEPT_MS) asked = { at: now(), answer: probe(source) };
    return asked.answer;
  };
}

async function probe(source: QuerySource): Promise<Readiness> {
  const result = await source.query("vector(1)");
  return result.kind === "vector" ? { ready: true } : { ready: false, reason: result.detail };
}

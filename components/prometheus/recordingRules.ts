import { counterExpression, COUNTERS } from "./counters";
import { durationMs } from "./duration";
import type { Rule, RuleGroup } from "./prometheusArgs";

/** What the rules are made of; the arguments, with their defaults. */
export interface RuleSettings {
  readonly scrapeInterval: string;
  readonly rates: boolean;
  readonly counters: boolean;
  readonly buckets: boolean;
  /** All namespaces without it. */
  readonly namespaces?: readonly string[];
  readonly additionalRules?: readonly RuleGroup[];
}

/** Names of the groups that Serin defines. */
export const ownGroups = ["serin-rates", "serin-counters"] as const;

const version = "destination_workload, destination_workload_namespace";

/** The rules, as in a file of rules. */
export function recordingRules(settings: RuleSettings): { readonly groups: readonly RuleGroup[] } {
  const matchers = matchersOf(settings.namespaces);
  const counters = { record: COUNTERS, expr: counterExpression(matchers, settings.buckets) };
  return {
    groups: [
      ...(settings.rates ? [{ name: ownGroups[0], rules: rateRules(matchers, settings.scrapeInterval) }] : []),
      ...(settings.counters ? [{ name: ownGroups[1], rules: [counters] }] : []),
      ...(settings.additionalRules ?? []),
    ],
  };
}

/** Rates first and sums then: each caller's restart is seen where it happens. The other way round, it is a leap of the sum. */
function rateRules(matchers: string, scrapeInterval: string): Rule[] {
  // Four scrapes, so that a rate survives one that fails; but not shorter than what people look at.
  const window = `[${Math.max(60, Math.ceil((4 * durationMs(scrapeInterval)) / 1000))}s]`;
  const duration = (what: string): string =>
    `sum by (${version}) (rate(istio_request_duration_milliseconds_${what}{${matchers}}${window}))`;
  return [
    {
      record: "serin:requests:rate",
      expr: `sum by (${version}, response_code) (rate(istio_requests_total{${matchers}}${window}))`,
    },
    { record: "serin:request_duration_milliseconds:mean", expr: `${duration("sum")} / (${duration("count")} > 0)` },
  ];
}

function matchersOf(namespaces: readonly string[] | undefined): string {
  const caller = 'reporter="source"';
  return namespaces === undefined
    ? caller
    : `${caller},destination_workload_namespace=~"${[...namespaces].sort().join("|")}"`;
}

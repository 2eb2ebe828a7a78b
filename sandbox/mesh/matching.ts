/** Whether the generator's request satisfies the match conditions of a VirtualService's HTTP entry. */

export interface PlainRequest {
  readonly method: string;
  readonly path: string;
  readonly scheme: string;
  readonly authority: string;
  readonly port: number | undefined;
  readonly sourceNamespace: string;
  readonly sourceLabels: Readonly<Record<string, string>>;
  /** The Gateways that it may have come in by, under each name that a route may use for them; default: from inside the mesh. */
  readonly gateways?: readonly string[];
}

const insideMesh: readonly string[] = ["mesh"];

type Condition = (value: unknown, request: PlainRequest, ignoreCase: boolean) => boolean;

/**
 * Conditions of `HTTPMatchRequest` that the plain request can satisfy. It has no headers and no query, so `headers`
 * and `queryParams` hold only when empty; `withoutHeaders` always holds.
 */
const conditions: Readonly<Record<string, Condition>> = {
  name: () => true,
  statPrefix: () => true,
  ignoreUriCase: () => true,
  withoutHeaders: () => true,
  uri: (value, request, ignoreCase) => stringMatches(value, request.path, ignoreCase),
  scheme: (value, request) => stringMatches(value, request.scheme),
  method: (value, request) => stringMatches(value, request.method),
  authority: (value, request) => stringMatches(value, request.authority),
  port: (value, request) => value === request.port,
  headers: isEmpty,
  queryParams: isEmpty,
  gateways: (value, { gateways = insideMesh }) =>
    Array.isArray(value) && (value.length === 0 || value.some((name) => gateways.includes(String(name)))),
  sourceNamespace: (value, request) => value === "" || value === request.sourceNamespace,
  sourceLabels: (value, request) =>
    isObject(value) && Object.entries(value).every(([key, label]) => request.sourceLabels[key] === label),
};

/** True if any of the matches holds, or there is none. A condition that is not known here never holds. */
export function requestMatches(matches: readonly Readonly<Record<string, unknown>>[], request: PlainRequest): boolean {
  if (matches.length === 0) return true;
  return matches.some((match) =>
    Object.entries(match).every(
      ([name, value]) => conditions[name]?.(value, request, match["ignoreUriCase"] === true) ?? false,
    ),
  );
}

function stringMatches(match: unknown, text: string, ignoreCase = false): boolean {
  if (!isObject(match)) return false;
  const fold = (raw: string): string => (ignoreCase ? raw.toLowerCase() : raw);
  if (typeof match["exact"] === "string") return fold(text) === fold(match["exact"]);
  if (typeof match["prefix"] === "string") return fold(text).startsWith(fold(match["prefix"]));
  if (typeof match["regex"] === "string") return fullMatch(match["regex"], text);
  return false;
}

/** Istio's regex has RE2 syntax and must match the whole text; what JavaScript cannot read never matches. */
function fullMatch(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

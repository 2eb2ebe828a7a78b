/** The labels that single out one version in Prometheus. Both versions of a release have the same label names. */
export type VersionLabels = Readonly<Record<string, string>>;

export interface Window {
  /** Start and end of the time looked at, and the time the query is evaluated at; ms since 1970. */
  readonly start: number;
  readonly end: number;
  readonly evaluatedAt: number;
}

/**
 * Fills in the placeholders of a PromQL template. Anything else, other `$` included, stays as it is.
 *
 * - `$interval`: length of the window in whole seconds, at least `1s`
 * - `$offset_str`: ` offset <n>s` when the window ends 1 s or more before the evaluation, else nothing
 * - `$entity_labels`: the versions' label names, joined by commas, as for `by (...)`
 * - `$entity_selector`: label matchers that let both versions through, as for `{...}`
 *
 * @example
 * fillTemplate("sum(increase(m{$entity_selector}[$interval]$offset_str)) by ($entity_labels)", { start: 0, end: 90_500, evaluatedAt: 90_500 },
 *   [{ workload: "v1" }, { workload: "v2" }]) // sum(increase(m{workload=~'v1|v2'}[90s])) by (workload)
 */
export function fillTemplate(template: string, window: Window, versions: readonly VersionLabels[]): string {
  return fillSelector(fillWindow(template, window, Object.keys(versions[0] ?? {})), versions);
}

/** Fills in all but `$entity_selector`: the same text for all versions that are looked at for equally long. */
export function fillWindow(template: string, window: Window, names: readonly string[]): string {
  const offset = Math.floor((window.evaluatedAt - window.end) / 1000);
  const values: Readonly<Record<string, () => string>> = {
    interval: () => `${Math.max(1, Math.floor((window.end - window.start) / 1000))}s`,
    offset_str: () => (offset >= 1 ? ` offset ${offset}s` : ""),
    entity_labels: () => names.join(","),
  };
  return template.replace(/\$(interval|offset_str|entity_labels)\b/g, (whole, name: string) => {
    return values[name]?.() ?? whole;
  });
}

/** Fills in `$entity_selector`, so that it lets all of the versions through. */
export function fillSelector(text: string, versions: readonly VersionLabels[]): string {
  const names = Object.keys(versions[0] ?? {});
  let selector: string | undefined;
  return text.replace(SELECTOR, () => (selector ??= names.map((name) => matcher(name, versions)).join(",")));
}

/** Whether a query is told which versions it is about; if not, it is about all that there are. */
export function hasSelector(template: string): boolean {
  return template.search(SELECTOR) >= 0;
}

const SELECTOR = /\$entity_selector\b/g;

function matcher(name: string, versions: readonly VersionLabels[]): string {
  const values = [...new Set(versions.map((labels) => labels[name] ?? ""))];
  const [only] = values;
  return values.length === 1 && only !== undefined
    ? `${name}=${quote(only)}`
    : `${name}=~${quote(values.map(escapeRegex).join("|"))}`;
}

/** A PromQL string literal that means exactly this text. */
function quote(text: string): string {
  const escaped = text.replace(/[\\'\n\r\t]/g, (c) => ESCAPES[c] as string);
  return `'${escaped}'`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** An RE2 pattern that matches exactly this text. */
function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

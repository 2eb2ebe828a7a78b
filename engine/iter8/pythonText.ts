/**
 * A number as Python writes it, which is how Iter8's sentences show limits.
 *
 * @example numberText(0.2)     // "0.2"
 * @example numberText(0.00005) // "5e-05"
 */
export function numberText(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential().replace(/e-(\d)$/, "e-0$1");
  return String(value);
}

/**
 * A JSON value as Python's `repr` writes it, which is how Iter8's validation messages show what was sent.
 *
 * @example pythonRepr({ a: [true, null] }) // "{'a': [True, None]}"
 */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  const members = Object.entries(value).map(([key, member]) => `${quote(key)}: ${pythonRepr(member)}`);
  return `{${members.join(", ")}}`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function quote(text: string): string {
  const escaped = text.replace(/[\\\n\r\t]/g, (c) => ESCAPES[c] as string);
  if (text.includes("'") && !text.includes('"')) return `"${escaped}"`;
  return `'${escaped.replaceAll("'", "\\'")}'`;
}

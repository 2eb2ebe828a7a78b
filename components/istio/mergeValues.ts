import type { ChartValues } from "./istioArgs";

/**
 * Values of a chart, with further ones over them: objects are merged, everything else (lists, too, and what is known later)
 * is replaced.
 *
 * @example mergeValues({ a: { b: 1, c: 2 } }, { a: { c: 3 } }) // { a: { b: 1, c: 3 } }
 */
export function mergeValues(values: ChartValues, over: ChartValues | undefined): ChartValues {
  const changed = Object.entries(over ?? {}).filter(([, value]) => value !== undefined);
  const merged = changed.map(([key, value]) => {
    const own = values[key];
    return [key, isPlain(own) && isPlain(value) ? mergeValues(own, value) : value] as const;
  });
  return { ...values, ...Object.fromEntries(merged) };
}

function isPlain(value: unknown): value is ChartValues {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

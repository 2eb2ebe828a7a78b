/** Mean and variance of some numbers. */
export function momentsOf(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance };
}

/** As many values as asked for. */
export function times<T>(count: number, draw: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => draw(i));
}

/** Whether a value is within so many percent of what is expected. */
export function isNear(value: number, expected: number, percent: number): boolean {
  return Math.abs(value - expected) <= (percent / 100) * Math.abs(expected);
}

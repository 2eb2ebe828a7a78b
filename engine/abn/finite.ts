/**
 * Whether all numbers in a value are finite. Others neither survive JSON nor mean anything, so a state that would hold
 * one is not taken over.
 *
 * @example allFinite({ seen: [1, { sum: NaN }] }) // false
 */
export function allFinite(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(allFinite);
}

/**
 * The sum of numbers, the same to the last bit in whatever order they come: versions may be listed in any order.
 *
 * @example sumOf([1e16, 1, -1e16]) // 0, in any order
 */
export function sumOf(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b).reduce((total, number) => total + number, 0);
}

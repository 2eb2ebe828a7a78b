/**
 * How many of the ascending values are less than x, by bisection; with `orEqual` those equal to x count too.
 *
 * Domain: values in ascending order, without NaN.
 *
 * @example countBelow([1, 2, 2, 3], 2)       // 1
 * @example countBelow([1, 2, 2, 3], 2, true) // 3
 */
export function countBelow(ascending: ArrayLike<number>, x: number, orEqual: boolean = false): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = ascending[middle] as number;
    if (value < x || (orEqual && value === x)) low = middle + 1;
    else high = middle;
  }
  return low;
}

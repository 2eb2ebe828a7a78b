const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * The point of [low, high] where a convex function is least, by golden section search, to about a millionth of the
 * interval. Closer than that rounding hides which of two values around a minimum is the smaller one.
 *
 * Domain: low ≤ high, NaN elsewhere.
 *
 * J. Kiefer, "Sequential minimax search for a maximum", Proc. AMS 4 (1953).
 *
 * @example minimizeConvex((x) => (x - 1) ** 2, 0, 3) // 1.0000000577215729
 */
export function minimizeConvex(f: (x: number) => number, low: number, high: number): number {
  if (!(low <= high)) return NaN;
  const tolerance = 1e-7 * (high - low);
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let [fLeft, fRight] = [f(left), f(right)];
  while (high - low > tolerance) {
    if (fLeft < fRight) {
      [high, right, fRight] = [right, left, fLeft];
      left = high - GOLDEN * (high - low);
      fLeft = f(left);
    } else {
      [low, left, fLeft] = [left, right, fRight];
      right = low + GOLDEN * (high - low);
      fRight = f(right);
    }
  }
  return (low + high) / 2;
}

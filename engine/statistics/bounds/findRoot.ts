/**
 * The root of a continuous function between two points where its signs differ, by Chandrupatla's method: inverse
 * quadratic interpolation where the function is well enough behaved for it, bisection where it is not.
 *
 * Domain: low < high, and f(low), f(high) not of one sign, NaN elsewhere.
 *
 * T. R. Chandrupatla, "A new hybrid quadratic/bisection algorithm", Adv. Eng. Software 28 (1997).
 *
 * @example findRoot((x) => x * x - 2, 0, 2) // 1.4142135623730954, to one step of a double
 */
export function findRoot(f: (x: number) => number, low: number, high: number): number {
  // [newest, across] brackets the root; the point before them shapes the next step.
  let [newest, across] = [low, high];
  let [fNewest, fAcross] = [f(low), f(high)];
  if (!(low < high && fNewest * fAcross <= 0)) return NaN;
  let share = 0.5;
  for (;;) {
    const x = newest + share * (across - newest);
    const fx = f(x);
    if (Number.isNaN(fx)) return NaN;
    let [before, fBefore] = [newest, fNewest];
    if (Math.sign(fx) !== Math.sign(fNewest)) {
      [before, fBefore] = [across, fAcross];
      [across, fAcross] = [newest, fNewest];
    }
    [newest, fNewest] = [x, fx];

    const best = Math.abs(fNewest) < Math.abs(fAcross) ? newest : across;
    const tolerance = 2 * Number.EPSILON * Math.abs(best) + Number.MIN_VALUE;
    const smallestShare = tolerance / Math.abs(across - newest);
    if (fNewest === 0 || smallestShare > 0.5) return best;

    const xi = (newest - across) / (before - across);
    const phi = (fNewest - fAcross) / (fBefore - fAcross);
    share = 0.5;
    if (phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi) {
      const chord = (fNewest / (fAcross - fNewest)) * (fBefore / (fAcross - fBefore));
      const bend =
        ((before - newest) / (across - newest)) * (fNewest / (fBefore - fNewest)) * (fAcross / (fBefore - fAcross));
      share = Math.min(1 - smallestShare, Math.max(smallestShare, chord + bend));
    }
  }
}

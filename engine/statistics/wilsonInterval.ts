/** Φ⁻¹(0.975): the interval covers 95 % then. */
const Z_95 = 1.959963984540054;

/** The smaller root of (n + z²) p² − (2 s + z²) p + s² / n, in the form that does not cancel for few successes. */
function lowerLimit(successes: number, trials: number, z: number): number {
  if (successes === 0) return 0;
  const square = z * z;
  const spread = z * Math.sqrt(square + (4 * successes * (trials - successes)) / trials);
  return (2 * successes * (successes / trials)) / (2 * successes + square + spread);
}

/**
 * Wilson's score interval of a success probability: every p with |successes − p · trials| ≤ z √(trials · p (1 − p)).
 * It holds for one look at the data at a fixed number of trials.
 *
 * Domain: trials ≥ 0, 0 ≤ successes ≤ trials, z ≥ 0, all finite, [NaN, NaN] elsewhere. Without trials it is [0, 1].
 *
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
 *
 * @example wilsonInterval(10, 100) // [0.05522913706067509, 0.1743656615049135]
 */
export function wilsonInterval(successes: number, trials: number, z: number = Z_95): readonly [number, number] {
  if (!(successes >= 0 && successes <= trials && trials < Infinity && z >= 0 && z < Infinity)) return [NaN, NaN];
  if (trials === 0) return [0, 1];
  return [lowerLimit(successes, trials, z), 1 - lowerLimit(trials - successes, trials, z)];
}

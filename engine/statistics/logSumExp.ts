/**
 * log(sum of exp(x)) without overflow; -Infinity for no terms.
 *
 * @example logSumExp([Math.log(1), Math.log(3)]) // log 4, 1.386294...
 */
export function logSumExp(terms: readonly number[]): number {
  let largest = -Infinity;
  for (const term of terms) if (term > largest) largest = term;
  if (largest === -Infinity || largest === Infinity) return largest;
  let sum = 0;
  for (const term of terms) sum += Math.exp(term - largest);
  return largest + Math.log(sum);
}

/**
 * Shares as whole percents that sum to 100, each at least the floor: what the floors leave is divided as the shares say,
 * rounded by the largest remainder. Of equal remainders the larger share comes first, then the order of the versions; so
 * the order matters among equal shares only, and by one point.
 *
 * @param shares at least one, not negative, summing to 1
 * @param floor whole percent; floor x shares is at most 100
 *
 * @example wholePercents([0.5, 0.25, 0.25], 5) // [48, 26, 26]: 5 + 85 x 0.5 = 47.5, and 5 + 85 x 0.25 = 26.25
 */
export function wholePercents(shares: readonly number[], floor: number): number[] {
  const free = 100 - floor * shares.length;
  const parts = shares.map((share, place) => {
    const exact = free * share;
    return { place, share, whole: Math.floor(exact), remainder: exact - Math.floor(exact) };
  });
  const left = free - parts.reduce((total, { whole }) => total + whole, 0);
  const inTurn = [...parts].sort((a, b) => b.remainder - a.remainder || b.share - a.share || a.place - b.place);
  const lucky = new Set(inTurn.slice(0, left).map(({ place }) => place));
  return parts.map(({ place, whole }) => floor + whole + (lucky.has(place) ? 1 : 0));
}

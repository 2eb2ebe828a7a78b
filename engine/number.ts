/**
 * The value with so many significant digits. Faster than going through text, which counts where thousands of releases are
 * simulated.
 *
 * @param digits 1 to 15
 * @example significant(0.012345, 3) // 0.0123
 * @example significant(123456, 2)   // 120000
 */
export function significant(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const shift = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  if (shift > 300) return 0;
  // Dividing by a power of ten that is exact gives the double nearest to the decimal, so that it prints as one.
  if (shift >= 0) return Math.round(value * 10 ** shift) / 10 ** shift;
  return Math.round(value / 10 ** -shift) * 10 ** -shift;
}

/**
 * A number as a person reads it: at most three decimals, or three digits where that would be less; thousands grouped.
 *
 * @example formatNumber(12345.6789) // "12,345.679"
 * @example formatNumber(0.0012345)  // "0.00123"
 */
export function formatNumber(value: number): string {
  if (Math.abs(value) < 0.1) return String(significant(value, 3));
  const text = String(Math.round(value * 1000) / 1000);
  if (Math.abs(value) < 999.9995) return text;
  const [whole = "", decimals] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

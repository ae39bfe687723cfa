/**
 * Numbers for a reader.
 *
 * @module
 */

/** Writes a number with as many digits as a few hundred photos can tell apart: three behind the point. */
export function formatNumber(value: number, { signed = false } = {}): string {
  const size = Math.abs(value);
  const text = size.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3);
  const isZero = Number(text) === 0;
  const sign = isZero ? "" : value < 0 ? "−" : signed ? "+" : "";
  return sign + text;
}

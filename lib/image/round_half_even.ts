/**
 * Rounding as Python and PyTorch do it.
 *
 * @module
 */

/** Rounds to the nearest whole number; halves go to the even neighbour (IEEE 754's default). */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const isHalf = value - floor === 0.5;
  return isHalf && floor % 2 === 0 ? floor : Math.round(value);
}

/**
 * A rollout map on the host, on the scale that students learn.
 *
 * @module
 */

/**
 * Divides a map by its maximum; an all-zero map stays zero, where the original gives NaN.
 *
 * @param map float32, nowhere negative; it is not changed.
 * @returns float32 in [0, 1], as long.
 */
export function divideByMaximum(map: Float32Array): Float32Array {
  const maximum = map.reduce((largest, value) => Math.max(largest, value), 0);
  return maximum > 0 ? map.map((value) => value / maximum) : map.slice();
}

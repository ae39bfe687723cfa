/**
 * Maps one after another.
 *
 * @module
 */

/**
 * Joins maps, or batches of maps, of any lengths.
 *
 * @returns float32, as long as all of them; the parts are copied.
 */
export function concatenateMaps(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}

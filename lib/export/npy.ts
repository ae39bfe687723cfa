/**
 * NumPy's file format: NEP 1, `numpy.lib.format`, version 1.0.
 *
 * @module
 */

/** `\x93NUMPY`, then the version. */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];

/** The data begins at a multiple of this, so that it can be mapped into memory. */
const ALIGNMENT = 64;

/**
 * The beginning of a `.npy` file of float32 in C order; the elements follow, little-endian.
 *
 * @param shape The length of each axis.
 * @throws {RangeError} When a length is no whole number from 0 on.
 */
export function npyHeader(shape: readonly number[]): Uint8Array {
  const odd = shape.find((length) => !Number.isSafeInteger(length) || length < 0);
  if (odd !== undefined) {
    throw new RangeError(`Cannot write .npy: a length is ${odd}, expected a whole number from 0`);
  }
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  const before = MAGIC.length + 2;
  const length = Math.ceil((before + text.length + 1) / ALIGNMENT) * ALIGNMENT - before;
  const header = new Uint8Array(before + length);
  header.set(MAGIC);
  new DataView(header.buffer).setUint16(MAGIC.length, length, true);
  header.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), before);
  return header;
}

/**
 * The picture that every part of the project passes around: 8-bit RGB, no alpha.
 *
 * @module
 */

/** An 8-bit RGB picture held in host memory. */
export interface RgbImage {
  /** Columns, in pixels. */
  readonly width: number;
  /** Rows, in pixels. */
  readonly height: number;
  /** Red, green and blue per pixel, row by row: `[height, width, 3]`, 0…255. */
  readonly data: Uint8Array;
}

/**
 * Refuses a picture whose data does not fill its width and height.
 *
 * @param image The picture to look at.
 * @param purpose What the caller was about to do, for the message: `"resize image"`.
 * @throws {RangeError} When width or height is not a positive integer.
 * @throws {TypeError} When `data` does not hold `width · height · 3` values.
 */
export function assertRgbImage({ width, height, data }: RgbImage, purpose: string): void {
  if (!isPositiveInteger(width) || !isPositiveInteger(height)) {
    throw new RangeError(
      `Cannot ${purpose}: size is ${width}×${height}, expected a positive width and height`,
    );
  }
  const expected = width * height * 3;
  if (data.length !== expected) {
    throw new TypeError(
      `Cannot ${purpose}: data is ${data.length} values, expected ${width}·${height}·3 = ${expected}`,
    );
  }
}

function isPositiveInteger(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}

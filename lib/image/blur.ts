/**
 * Blurs pictures.
 *
 * @module
 */
import { assertRgbImage, type RgbImage } from "./rgb_image.ts";

/** How far the kernel reaches, in standard deviations: 99.7 % of a Gaussian lie within. */
const REACH = 3;

/**
 * Convolves a picture with a Gaussian, first along its rows, then along its columns; beyond an edge, the
 * kernel's weights are left out and the others scaled up, so that a picture of one colour stays as it is.
 *
 * @param image The picture; it is not changed.
 * @param options `sigma`: the standard deviation, in pixels.
 * @throws {RangeError} When `sigma` is not positive.
 */
export function blurImage(image: RgbImage, { sigma }: { sigma: number }): RgbImage {
  assertRgbImage(image, "blur image");
  if (!(sigma > 0 && sigma < Infinity)) {
    throw new RangeError(`Cannot blur image: sigma is ${sigma}, expected more than 0`);
  }
  const { width, height, data } = image;
  const rows = blurLines(data, { sigma, count: width, step: 3, size: [width, height] });
  const both = blurLines(rows, { sigma, count: height, step: 3 * width, size: [width, height] });
  return { width, height, data: Uint8Array.from(both, Math.round) };
}

/** Blurs along the lines of `count` pixels that lie `step` values apart. */
function blurLines(
  data: ArrayLike<number>,
  { sigma, count, step, size: [width, height] }: {
    sigma: number;
    count: number;
    step: number;
    size: readonly [width: number, height: number];
  },
): Float32Array {
  const radius = Math.ceil(REACH * sigma);
  const weights = Array.from(
    { length: radius + 1 },
    (_, distance) => Math.exp(-(distance ** 2) / (2 * sigma ** 2)),
  );
  const blurred = new Float32Array(width * height * 3);
  for (let i = 0; i < blurred.length; i++) {
    const place = Math.floor(i / step) % count;
    let [sum, total] = [0, 0];
    const last = Math.min(radius, count - 1 - place);
    for (let distance = -Math.min(radius, place); distance <= last; distance++) {
      const weight = weights[Math.abs(distance)];
      sum += weight * data[i + distance * step];
      total += weight;
    }
    blurred[i] = sum / total;
  }
  return blurred;
}

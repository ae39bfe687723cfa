/**
 * Lays maps over the photos that they are about.
 *
 * @module
 */
import { colourise } from "./colour_map.ts";
import { resampleGrid } from "./resize.ts";
import { assertRgbImage, type RgbImage } from "./rgb_image.ts";

/** The map's grid, and how much of the photo it covers. */
export interface OverlayOptions {
  /** Rows of the map. */
  readonly gridHeight: number;
  /** Columns of the map. */
  readonly gridWidth: number;
  /** The colours' share of the picture, 0…1: at 1 they stand alone. */
  readonly opacity?: number;
}

/**
 * Lays a map, smoothly enlarged and painted with inferno, over a grey version of a photo.
 *
 * Grey, so that every colour one sees is the map's; (1 − opacity) · grey + opacity · colour, so that the
 * photo stays visible beneath the map's peak as well, which is what one wants to look at.
 *
 * @param image The photo; it is not changed.
 * @param map Float32 `[gridHeight, gridWidth]`, 0 (dark) … 1 (bright): a map divided by its maximum.
 * @returns A picture of the photo's size.
 * @throws {TypeError} When the map does not fill its grid.
 * @throws {RangeError} When `opacity` is not in 0…1.
 */
export function overlayMap(
  image: RgbImage,
  map: Float32Array,
  { gridHeight, gridWidth, opacity = 0.55 }: OverlayOptions,
): RgbImage {
  assertRgbImage(image, "overlay map");
  if (!(opacity >= 0 && opacity <= 1)) {
    throw new RangeError(`Cannot overlay map: opacity is ${opacity}, expected 0…1`);
  }
  const { width, height } = image;
  const enlarged = resampleGrid(map, [gridHeight, gridWidth, 1], [height, width]);
  const colours = colourise(enlarged, { height, width }).data;
  const data = new Uint8ClampedArray(colours.length);
  for (let i = 0; i < data.length; i += 3) {
    const grey = luma(image.data[i], image.data[i + 1], image.data[i + 2]);
    for (let c = i; c < i + 3; c++) data[c] = (1 - opacity) * grey + opacity * colours[c];
  }
  return { width, height, data: new Uint8Array(data.buffer) };
}

/** Brightness as the eye sees it (ITU-R BT.601, as in PIL's `convert("L")`). */
function luma(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

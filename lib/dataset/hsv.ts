/**
 * Colours by hue, saturation and value.
 *
 * @module
 */

/**
 * Writes the colour of a hue, saturation and value into an array of R, G, B samples:
 * channel = v − v·s·max(0, min(1, k, 4 − k)), where k = (6·hue + 5, 3 or 1) mod 6.
 *
 * Source: Smith 1978, "Color Gamut Transform Pairs", in closed form.
 *
 * @param rgb Where the three samples go, each from 0 to 1.
 * @param options The place of the red sample; hue in turns, of any sign; saturation and value from
 * 0 to 1.
 */
export function writeHsv(
  rgb: { [index: number]: number },
  { at, hue, saturation, value }: { at: number; hue: number; saturation: number; value: number },
): void {
  const sextant = (hue - Math.floor(hue)) * 6;
  rgb[at] = value * (1 - saturation * paleness(sextant + 5));
  rgb[at + 1] = value * (1 - saturation * paleness(sextant + 3));
  rgb[at + 2] = value * (1 - saturation * paleness(sextant + 1));
}

/** max(0, min(1, k, 4 − k)) of k in [0, 12), modulo 6; without a division, for there are many pixels. */
function paleness(place: number): number {
  const k = place < 6 ? place : place - 6;
  const slope = k < 2 ? k : 4 - k;
  return slope < 0 ? 0 : slope > 1 ? 1 : slope;
}

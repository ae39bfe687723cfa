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
  for (let channel = 0; channel < 3; channel++) {
    const k = (sextant + 5 - 2 * channel) % 6;
    rgb[at + channel] = value * (1 - saturation * Math.max(0, Math.min(1, k, 4 - k)));
  }
}

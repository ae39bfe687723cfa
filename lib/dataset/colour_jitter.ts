/**
 * Changes of colour, as torchvision.transforms.functional makes them on float tensors.
 *
 * Every function changes `pixels` in place: float32 R, G, B samples from 0 to 1, interleaved.
 *
 * @module
 */
import { writeHsv } from "./hsv.ts";

/** The four changes of colour, by name. */
export type ColourChange = "brightness" | "contrast" | "saturation" | "hue";

/** How strongly to change what, and in which order. */
export interface ColourJitter {
  /** Factor of {@linkcode adjustBrightness}: 0 black, 1 unchanged. */
  readonly brightness: number;
  /** Factor of {@linkcode adjustContrast}: 0 flat grey, 1 unchanged. */
  readonly contrast: number;
  /** Factor of {@linkcode adjustSaturation}: 0 grey, 1 unchanged. */
  readonly saturation: number;
  /** Turn of the hue circle, from −½ to ½. */
  readonly hue: number;
  /** Each change once, the first made first. */
  readonly order: readonly ColourChange[];
}

/** Makes all four changes, in the jitter's order (torchvision's `ColorJitter`). */
export function jitterColours(pixels: Float32Array, jitter: ColourJitter): void {
  for (const change of jitter.order) changes[change](pixels, jitter[change]);
}

/** Multiplies by `factor`. */
export function adjustBrightness(pixels: Float32Array, factor: number): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] = clamp(pixels[i] * factor);
}

/** Moves away from (`factor` > 1) or towards (< 1) the picture's mean grey. */
export function adjustContrast(pixels: Float32Array, factor: number): void {
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 3) sum += greyOf(pixels[i], pixels[i + 1], pixels[i + 2]);
  const shift = (1 - factor) * sum / (pixels.length / 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = clamp(factor * pixels[i] + shift);
}

/** Moves away from (`factor` > 1) or towards (< 1) each pixel's own grey. */
export function adjustSaturation(pixels: Float32Array, factor: number): void {
  for (let i = 0; i < pixels.length; i += 3) {
    const red = pixels[i];
    const green = pixels[i + 1];
    const blue = pixels[i + 2];
    const shift = (1 - factor) * greyOf(red, green, blue);
    pixels[i] = clamp(factor * red + shift);
    pixels[i + 1] = clamp(factor * green + shift);
    pixels[i + 2] = clamp(factor * blue + shift);
  }
}

/** Turns each pixel's hue by `turn` of the circle; greys stay as they are. */
export function adjustHue(pixels: Float32Array, turn: number): void {
  for (let i = 0; i < pixels.length; i += 3) {
    const red = pixels[i];
    const green = pixels[i + 1];
    const blue = pixels[i + 2];
    const value = Math.max(red, green, blue);
    const chroma = value - Math.min(red, green, blue);
    if (chroma === 0) continue;
    const hue = value === red
      ? (green - blue) / chroma / 6
      : value === green
      ? ((blue - red) / chroma + 2) / 6
      : ((red - green) / chroma + 4) / 6;
    writeHsv(pixels, { at: i, hue: hue + turn, saturation: chroma / value, value });
  }
}

const changes: Record<ColourChange, (pixels: Float32Array, amount: number) => void> = {
  brightness: adjustBrightness,
  contrast: adjustContrast,
  saturation: adjustSaturation,
  hue: adjustHue,
};

/** Luma of ITU-R BT.601, with torchvision's rounding of the coefficients. */
function greyOf(red: number, green: number, blue: number): number {
  return 0.2989 * red + 0.587 * green + 0.114 * blue;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

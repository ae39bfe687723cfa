/**
 * Pictures in SVG.
 *
 * @module
 */
import { encodePng } from "./png.ts";
import { resizeImage } from "./resize.ts";
import type { RgbImage } from "./rgb_image.ts";

/** The place that a picture is given, in the drawing's units. */
export interface SvgFrame {
  /** Left edge. */
  readonly x: number;
  /** Top edge. */
  readonly y: number;
  /** From the left to the right edge. */
  readonly width: number;
  /** From the top to the bottom edge. */
  readonly height: number;
}

/** Embeds a picture as an SVG element, stretched to its frame; enlarged, its pixels are squares. */
export async function svgImage(
  image: RgbImage,
  { x, y, width, height }: SvgFrame,
): Promise<string> {
  return `<image x="${x}" y="${y}" width="${width}" height="${height}" ` +
    `preserveAspectRatio="none" image-rendering="optimizeSpeed" ` + // which smooths nothing
    `href="data:image/png;base64,${(await encodePng(image)).toBase64()}"/>`;
}

/** Embeds a picture in the middle of its frame, as big as fits, its aspect ratio kept. */
export async function svgImageFitted(image: RgbImage, frame: SvgFrame): Promise<string> {
  const scale = Math.min(frame.width / image.width, frame.height / image.height);
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const picture = scale < 1
    ? resizeImage(image, { width, height }, { interpolation: "bicubic" })
    : image;
  const x = frame.x + Math.floor((frame.width - width) / 2);
  const y = frame.y + Math.floor((frame.height - height) / 2);
  return await svgImage(picture, { x, y, width, height });
}

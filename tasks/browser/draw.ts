/// <reference lib="dom" />
/**
 * Pictures on canvases.
 *
 * @module
 */
import type { Glimpse, RgbImage } from "../../lib/browser/browser.ts";

/** Pixels of a canvas along its longer side: sharp on a phone, and enough for a third of a screen. */
const SHARP = 720;

/** What lies on a box: black under white is seen on any photo. */
const strokes = [["#000c", 7], ["#fff", 3]] as const;

/** Fills a canvas with a picture; `smooth` unless its pixels are the point. */
export function drawImage(
  canvas: HTMLCanvasElement,
  image: RgbImage,
  { smooth = true }: { smooth?: boolean } = {},
): void {
  const scale = Math.max(1, SHARP / Math.max(image.width, image.height));
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  const context = canvas.getContext("2d")!;
  context.imageSmoothingEnabled = smooth;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmapOf(image), 0, 0, canvas.width, canvas.height);
}

/**
 * Draws glimpses with their numbers over a picture that is drawn.
 *
 * @param size The picture's where the boxes are, in pixels.
 */
export function drawGlimpses(
  canvas: HTMLCanvasElement,
  glimpses: readonly Glimpse[],
  [, width]: readonly [height: number, width: number],
): void {
  const context = canvas.getContext("2d")!;
  const scale = canvas.width / width;
  context.font = "600 28px system-ui, sans-serif";
  context.textBaseline = "top";
  context.lineJoin = "round";
  for (const [place, { box }] of glimpses.entries()) {
    const [top, left, bottom, right] = box.map((side) => side * scale);
    for (const [colour, lineWidth] of strokes) {
      context.strokeStyle = colour;
      context.lineWidth = lineWidth;
      context.strokeRect(left + 4, top + 4, right - left - 8, bottom - top - 8);
    }
    const number = String(place + 1);
    context.strokeStyle = "#000c";
    context.lineWidth = 6;
    context.strokeText(number, left + 14, top + 12);
    context.fillStyle = "#fff";
    context.fillText(number, left + 14, top + 12);
  }
}

function bitmapOf({ width, height, data }: RgbImage): OffscreenCanvas {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) rgba.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")!.putImageData(new ImageData(rgba, width, height), 0, 0);
  return canvas;
}

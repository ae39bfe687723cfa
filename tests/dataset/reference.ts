/**
 * What torchvision computed, as the interleaved arrays that `lib/dataset/` works on.
 *
 * @module
 */
import type { Quad } from "../../lib/dataset/homography.ts";
import type { Raster } from "../../lib/dataset/warp.ts";
import { parseSafetensors } from "../../lib/weights/safetensors.ts";
import { readFixture } from "../support/fixtures.ts";

const name = "augment.expected.safetensors";
let parsed: ReturnType<typeof parseSafetensors> | undefined;

/** Read when first asked for: importing this module needs no permission. */
function content(): ReturnType<typeof parseSafetensors> {
  return parsed ??= parseSafetensors(readFixture(name), { name });
}

/** Keys of the fixture's results. */
export function referenceKeys(): string[] {
  return [...content().tensors.keys()].filter((key) => key !== "input" && key !== "map");
}

/** The corners that the fixture's perspectives were made from, in pixels. */
export function perspectivePixels(): Record<
  "startpoints" | "endpoints" | "map_startpoints" | "map_endpoints",
  Quad
> {
  return JSON.parse(content().metadata.perspective);
}

/** One tensor: channels first in the file, channels last here. */
export function reference(key: string): Raster & { data: Float32Array } {
  const { shape: [channels, height, width], data } = content().tensors.get(key)!;
  const area = height * width;
  const interleaved = Float32Array.from(
    { length: data.length },
    (_, i) => Number(data[i % channels * area + Math.floor(i / channels)]),
  );
  return { data: interleaved, height, width, channels };
}

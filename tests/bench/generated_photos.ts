/**
 * Photos to decode, of the size and the formats that photos have.
 *
 * @module
 */
import { join } from "node:path";
import { sceneAt } from "../../lib/dataset/scenes.ts";
import { encodePng } from "../../lib/image/png.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import type { Reporter } from "./reporter.ts";
// Resolving a file of the package to a place on disk needs the package in the module graph.
import "imagescript/package.json" with { type: "json" };

/** ImageNet's photos are about that large. */
const [width, height] = [480, 360];
/** Different pictures; a set of more has each several times, since drawing one takes longer than decoding it. */
const differentScenes = 8;
/** Of so many photos one is a PNG. */
const pngEvery = 4;
const jpegQuality = 90;

/** Writes generated photos `00000.jpg` … into a new folder; every fourth is a PNG. */
export async function writePhotos(
  folder: string,
  { count, reporter }: { count: number; reporter: Reporter },
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const encodeJpeg = await openJpegEncoder();
  const progress = reporter.progress("draw photos", count);
  for (let index = 0; index < count; index++) {
    reporter.signal.throwIfAborted();
    const extension = index % pngEvery === pngEvery - 1 ? "png" : "jpg";
    const path = photoPath(folder, index, extension);
    const alike = index - differentScenes; // the same scene in the same format
    if (alike >= 0) await Deno.copyFile(photoPath(folder, alike, extension), path);
    else {
      const photo = scene(index);
      await Deno.writeFile(
        path,
        await (extension === "png" ? encodePng(photo) : encodeJpeg(photo)),
      );
    }
    progress.update({ done: index + 1 });
  }
  progress.stop();
}

function photoPath(folder: string, index: number, extension: string): string {
  return join(folder, `${String(index).padStart(5, "0")}.${extension}`);
}

/** Scenes are square: the upper part of one. */
function scene(index: number): RgbImage {
  const { image } = sceneAt(index, { seed: 0, size: width });
  return { width, height, data: image.data.subarray(0, width * height * 3) };
}

type JpegExports = Record<"walloc" | "encode" | "wlen", (...numbers: number[]) => number> & {
  memory: WebAssembly.Memory;
};

/** The JPEG encoder inside the imagescript package, whose own entry point loads a native library. */
async function openJpegEncoder(): Promise<(image: RgbImage) => Uint8Array> {
  const url = new URL(import.meta.resolve("imagescript/wasm/any/jpeg.wasm"));
  const module = await WebAssembly.compile(await Deno.readFile(url));
  return ({ width, height, data }) => {
    const { exports } = new WebAssembly.Instance(module);
    const { walloc, encode, wlen, memory } = exports as JpegExports;
    const pixels = width * height;
    const address = walloc(pixels * 4);
    const rgba = new Uint8Array(memory.buffer, address, pixels * 4).fill(255);
    for (let i = 0; i < pixels * 3; i++) rgba[Math.floor(i / 3) * 4 + i % 3] = data[i];
    const file = encode(address, width, height, jpegQuality); // sets what wlen answers
    return new Uint8Array(memory.buffer, file, wlen()).slice();
  };
}

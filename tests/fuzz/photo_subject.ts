/**
 * Photos: what is decoded has the size that its header says.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { decodeImage } from "../../lib/image/decode.ts";
import { DecodePool } from "../../lib/image/decode_pool.ts";
import type { Format } from "../../lib/image/codecs.ts";
import { readPhotoHeader } from "../../lib/image/photo_header.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import { sha256Hex } from "../../lib/files/sha256.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import type { CorpusFile, Subject } from "./fuzz.ts";
import { mutateBytes } from "./mutate_bytes.ts";
import { mutateJpeg, mutatePng } from "./mutate_formats.ts";

const fixtures = fileURLToPath(new URL("../fixtures/decode/", import.meta.url));
const mutators = { jpeg: mutateJpeg, png: mutatePng, gif: mutateBytes };

/** Few pixels: damage that enlarges a photo should cost no time here. */
const maxPixels = 4_000_000;

/** The fixtures of one format, decoded in this thread. */
export async function photoSubject(format: Format): Promise<Subject> {
  return {
    corpus: await fixturesOf(format),
    mutate: ({ bytes }, random) => mutators[format](bytes, random),
    read: async ({ name, bytes }) => {
      const image = await decodeImage(bytes, { name, maxPixels });
      const header = readPhotoHeader(bytes, format);
      const sides = (size: { width: number; height: number }) =>
        [size.width, size.height].sort().join();
      if (sides(image) !== sides(header)) {
        throw new TypeError(`${sides(image)}, not ${sides(header)}`);
      }
      return summaryOf(image);
    },
  };
}

/** Fixtures of all formats, read by a pool's worker; after each, a whole photo must still come out right. */
export async function poolSubject(): Promise<Subject> {
  const folder = await temporaryFolder();
  const preprocessing = {
    ...{ imageSize: [16, 16], cropPct: 1, interpolation: "bicubic", cropMode: "center" } as const,
    ...{ mean: [0, 0, 0], std: [1, 1, 1] } as const,
  };
  const pool = new DecodePool({ preprocessing, workers: 1, maxPixels });
  const intact = join(fixtures, "rgb.png");
  const expected = summaryOf(await pool.load(intact));
  const corpus = await Promise.all((["jpeg", "png", "gif"] as const).map(fixturesOf));
  return {
    corpus: corpus.flat(),
    mutate: ({ bytes }, random) => mutateBytes(bytes, random),
    read: async ({ name, bytes }) => {
      const path = join(folder.path, name);
      await Deno.writeFile(path, bytes);
      try {
        return summaryOf(await pool.load(path));
      } finally {
        const after = summaryOf(await pool.load(intact));
        // deno-lint-ignore no-unsafe-finally
        if (after !== expected) throw new TypeError("the next photo is decoded wrongly");
      }
    },
    close: async () => {
      pool.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function fixturesOf(format: Format): Promise<CorpusFile[]> {
  const ending = format === "jpeg" ? ".jpg" : `.${format}`;
  const names = (await Array.fromAsync(Deno.readDir(fixtures))).map(({ name }) => name);
  return await Promise.all(
    names.filter((name) => name.endsWith(ending) && !name.includes("inside")).sort()
      .map(async (name) => ({ name, bytes: await Deno.readFile(join(fixtures, name)) })),
  );
}

function summaryOf({ width, height, data }: RgbImage): string {
  if (data.length !== width * height * 3) {
    throw new TypeError(`${data.length} values for ${width}×${height}`);
  }
  return `${width}×${height} ${sha256Hex(data)}`;
}

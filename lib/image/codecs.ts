/**
 * The WebAssembly decoders inside the imagescript package, each call in an instance of its own.
 *
 * The package's own entry point loads a native library (`--allow-ffi`) and reads the environment
 * (`--allow-env`); its WebAssembly files alone need neither. An instance that has trapped is unusable, so
 * none is kept: a broken photo cannot spoil the next one.
 *
 * @module
 */
// Resolving a file of the package to a place on disk needs the package in the module graph.
import "imagescript/package.json" with { type: "json" };
import { readGifBackground } from "./gif_header.ts";
import { withColourMarker } from "./jpeg_colour.ts";
import { withoutAncillaryChunks } from "./png_header.ts";

/** What a decoder found: pixels as the file stores them, `channels` values each. */
export interface DecodedPixels {
  /** Columns, in pixels. */
  readonly width: number;
  /** Rows, in pixels. */
  readonly height: number;
  /** 1 grey, 3 RGB, 4 RGBA, or `"cmyk"`: four values of ink, 0 none … 255 full. */
  readonly kind: "grey" | "rgb" | "rgba" | "cmyk";
  /** `[height, width, values of kind]`, 0…255. */
  readonly data: Uint8Array;
}

type Exports = Record<string, (...numbers: number[]) => number> & { memory: WebAssembly.Memory };

/** Resolved when they are wanted: in a browser that takes a page's import map. */
const sources = {
  png: () => import.meta.resolve("imagescript/wasm/any/png.wasm"),
  jpeg: () => import.meta.resolve("imagescript/wasm/any/jpeg.wasm"),
  gif: () => import.meta.resolve("imagescript/wasm/any/gif.wasm"),
};
/** Code, the same for all: nothing that a call leaves changes another's result. */
const compiled = new Map<Format, Promise<WebAssembly.Module>>();

/** The formats that are understood. */
export type Format = "png" | "jpeg" | "gif";

/**
 * Starts a decoder for one file.
 *
 * - `png`: any colour type, bit depth and interlacing; 16-bit values keep their high byte.
 * - `jpeg`: baseline or progressive; grey, colour or CMYK.
 * - `gif`: the first frame, around it the colour that PIL puts there where it does not cover the whole screen.
 *
 * @returns A function to call once with the whole file; it throws an Error when the file is broken.
 */
export async function openDecoder(format: Format): Promise<(bytes: Uint8Array) => DecodedPixels> {
  let module = compiled.get(format);
  if (!module) {
    module = compileDecoder(format);
    compiled.set(format, module);
  }
  const ignore = () => {};
  const env = { emscripten_notify_memory_growth: ignore, push_to_stream: ignore };
  const wasm = (await WebAssembly.instantiate(await module, { env })).exports as Exports;
  return (bytes) => decoders[format](wasm, bytes);
}

async function compileDecoder(format: Format): Promise<WebAssembly.Module> {
  const response = await fetch(sources[format]());
  return await WebAssembly.compile(await response.arrayBuffer());
}

const decoders = {
  png(wasm: Exports, file: Uint8Array): DecodedPixels {
    const bytes = withoutAncillaryChunks(file);
    const pixels = wasm.decode(copyIn(wasm, bytes), bytes.length);
    if (pixels < 0) throw new Error(`code ${pixels}`);
    const width = wasm.width();
    const height = wasm.height();
    return { width, height, kind: "rgba", data: copyOut(wasm, pixels, width * height * 4) };
  },

  jpeg(wasm: Exports, file: Uint8Array): DecodedPixels {
    const bytes = withColourMarker(file);
    const picture = wasm.decode(copyIn(wasm, bytes), bytes.length, 0, 0);
    if (picture === 0) throw new Error("invalid JPEG data");
    return {
      width: wasm.decode_width(picture),
      height: wasm.decode_height(picture),
      kind: (["grey", "rgb", "cmyk"] as const)[wasm.decode_format(picture)],
      // The call that gives the address also sets the length that wlen answers, so it comes first.
      data: copyOut(wasm, wasm.decode_buffer(picture), wasm.wlen()),
    };
  },

  gif(wasm: Exports, bytes: Uint8Array): DecodedPixels {
    const decoder = wasm.decoder_new(copyIn(wasm, bytes), bytes.length, 0);
    const frame = decoder === 0 ? 0 : wasm.decoder_frame(decoder);
    if (frame === 0) throw new Error("invalid GIF data");
    if (frame === 1) throw new Error("no frame in the GIF");
    const pixels = copyOut(wasm, wasm.decoder_frame_buffer(frame), wasm.wlen());
    const [left, top] = [wasm.decoder_frame_x(frame), wasm.decoder_frame_y(frame)];
    const [columns, rows] = [wasm.decoder_frame_width(frame), wasm.decoder_frame_height(frame)];
    const width = Math.max(wasm.decoder_width(decoder), left + columns); // as PIL enlarges the screen
    const height = Math.max(wasm.decoder_height(decoder), top + rows);
    const data = new Uint8Array(width * height * 4);
    new Uint32Array(data.buffer).fill(packed(readGifBackground(bytes)));
    for (let y = 0; y < rows; y++) {
      const row = pixels.subarray(y * columns * 4, (y + 1) * columns * 4);
      data.set(row, ((top + y) * width + left) * 4);
    }
    return { width, height, kind: "rgba", data };
  },
};

/** A colour as one little-endian word of RGBA. */
function packed([red, green, blue]: readonly number[]): number {
  return (red | green << 8 | blue << 16 | 0xff << 24) >>> 0;
}

function copyIn(wasm: Exports, bytes: Uint8Array): number {
  const address = wasm.walloc(bytes.length);
  new Uint8Array(wasm.memory.buffer, address, bytes.length).set(bytes);
  return address;
}

function copyOut(wasm: Exports, address: number, length: number): Uint8Array {
  return new Uint8Array(wasm.memory.buffer, address, length).slice();
}

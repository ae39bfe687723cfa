/**
 * Draws SVG as PNG, with the DejaVu fonts and nothing from the machine it runs on.
 *
 * @module
 */
import { initWasm, Resvg } from "@resvg/resvg-wasm";
// Resolving a font of the package to a place on disk needs the package in the module graph.
import "dejavu-fonts-ttf/package.json" with { type: "json" };

const programme = import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm");
const fonts = [
  import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
  import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
];
let loading: Promise<Uint8Array[]> | undefined;

/** The font that {@link rasterise} has, for `font-family`; with `font-weight="bold"` too. */
export const FONT_FAMILY = "DejaVu Sans";

/**
 * Draws an SVG document as a PNG file.
 *
 * @param svg The document; pictures in it come as `data:` addresses.
 * @param options `scale`: pixels of the PNG for a unit of the SVG; 1 unless said otherwise.
 * @returns The whole file.
 * @throws {RangeError} When `scale` is not positive, or the picture has no pixel or too many.
 * @throws {SyntaxError} When the document is not well-formed SVG.
 */
export async function rasterise(
  svg: string,
  { scale = 1 }: { scale?: number } = {},
): Promise<Uint8Array> {
  if (!(scale > 0)) {
    throw new RangeError(`Cannot rasterise SVG: scale is ${scale}, expected more than 0`);
  }
  loading ??= load();
  const fontBuffers = await loading;
  const drawing = parse(svg, scale, fontBuffers);
  const { width, height } = drawing;
  try {
    const picture = drawing.render();
    const png = picture.asPng();
    picture.free();
    drawing.free(); // not after an error: the drawing is locked then
    return png;
  } catch (error) {
    throw new RangeError(
      `Cannot rasterise SVG: it is ${width}×${height} at scale ${scale}, ` +
        `expected a size that can be drawn (${(error as Error).message})`,
    );
  }
}

function parse(svg: string, scale: number, fontBuffers: Uint8Array[]): InstanceType<typeof Resvg> {
  try {
    return new Resvg(svg, {
      fitTo: { mode: "zoom", value: scale },
      font: { fontBuffers, defaultFontFamily: FONT_FAMILY, sansSerifFamily: FONT_FAMILY },
    });
  } catch (error) {
    throw new SyntaxError(`Cannot rasterise SVG: it is not valid (${error}), expected SVG`);
  }
}

/** The WebAssembly may be set up once in a process. */
async function load(): Promise<Uint8Array[]> {
  const [code, ...fontBuffers] = await Promise.all(
    [programme, ...fonts].map((url) => Deno.readFile(new URL(url))),
  );
  await initWasm(code);
  return fontBuffers;
}

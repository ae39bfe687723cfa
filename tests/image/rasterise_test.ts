import assert from "node:assert/strict";
import { decodeImage } from "../../lib/image/decode.ts";
import { encodePng } from "../../lib/image/png.ts";
import { FONT_FAMILY, rasterise } from "../../lib/image/rasterise.ts";
import { testWith } from "../support/permissions.ts";

const svg = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10">` +
  `<rect width="100%" height="100%" fill="white"/>${content}</svg>`;

testWith(["read"], "rasterise() draws a unit as `scale` pixels", async () => {
  for (const [scale, width, height] of [[1, 20, 10], [2, 40, 20], [0.5, 10, 5]]) {
    const image = await decodeImage(await rasterise(svg(""), { scale }));
    assert.deepEqual([image.width, image.height], [width, height]);
    assert.ok(image.data.every((value) => value === 255));
  }
});

testWith(["read"], "rasterise() draws embedded PNGs pixel for pixel", async () => {
  const picture = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => i * 14) };
  const href = `data:image/png;base64,${(await encodePng(picture)).toBase64()}`;
  const image = await decodeImage(
    await rasterise(svg(`<image x="4" y="5" width="3" height="2" href="${href}"/>`)),
  );
  for (let y = 0; y < 2; y++) {
    const start = ((5 + y) * 20 + 4) * 3;
    assert.deepEqual(image.data.slice(start, start + 9), picture.data.slice(y * 9, y * 9 + 9));
  }
});

testWith(
  ["read"],
  "rasterise() has its font, regular and bold, for any family that is asked for",
  async () => {
    const ink = async (attributes: string) => {
      const text = `<text x="1" y="9" font-size="9" ${attributes}>Wm</text>`;
      const { data } = await decodeImage(await rasterise(svg(text)));
      return data.reduce((sum, value) => sum + 255 - value, 0);
    };
    const regular = await ink(`font-family="${FONT_FAMILY}"`);
    assert.ok(regular > 1000);
    assert.ok(await ink(`font-family="${FONT_FAMILY}" font-weight="bold"`) > regular * 1.2);
    assert.equal(await ink(""), regular);
    assert.equal(await ink(`font-family="sans-serif"`), regular);
  },
);

testWith(["read"], "rasterise() refuses what is no SVG, and an impossible scale", async () => {
  for (const broken of ["", "<svg", "pixels"]) {
    await assert.rejects(rasterise(broken), {
      name: "SyntaxError",
      message: /^Cannot rasterise SVG: it is not valid \(.+\), expected SVG$/,
    });
  }
  await assert.rejects(rasterise(svg(""), { scale: 0 }), {
    name: "RangeError",
    message: "Cannot rasterise SVG: scale is 0, expected more than 0",
  });
});

testWith(
  ["read"],
  "rasterise() refuses a picture too large or too small to draw, and goes on",
  async () => {
    for (const scale of [1e5, 1e-3]) {
      await assert.rejects(rasterise(svg(""), { scale }), {
        name: "RangeError",
        message:
          /^Cannot rasterise SVG: it is 20×10 at scale .+, expected a size that can be drawn/,
      });
    }
    assert.equal((await decodeImage(await rasterise(svg("")))).width, 20);
  },
);

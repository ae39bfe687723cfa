import assert from "node:assert/strict";
import { decodeImage } from "../../lib/image/decode.ts";
import { readFixture, readFixtureTensors } from "../support/fixtures.ts";
import { describeWith, testWith } from "../support/permissions.ts";

/** JPEG decoders differ in how they round the cosine transform and the enlarged chroma. */
const JPEG_TOLERANCE = 4;

describeWith(["read"], "decodeImage() decodes photos as PIL does", () => {
  const expected = [
    ...readFixtureTensors("decode/expected.safetensors"),
    ...readFixtureTensors("decode/formats.expected.safetensors"),
  ];
  for (const [name, { shape, data }] of expected) {
    Deno.test(`decodeImage() decodes ${name} as PIL does`, async () => {
      const image = await decodeImage(readFixture(`decode/${name}`), { name });
      assert.deepEqual([image.height, image.width, 3], shape);
      const differences = image.data.map((value, i) => Math.abs(value - Number(data[i])));
      const largest = differences.reduce((a, b) => Math.max(a, b));
      assert.ok(largest <= (name.endsWith(".jpg") ? JPEG_TOLERANCE : 0), `largest ${largest}`);
    });
  }
});

Deno.test("decodeImage() refuses what is no image, naming the file", async () => {
  const text = new TextEncoder().encode("these are not pixels");
  await assert.rejects(decodeImage(text, { name: "notes.jpg" }), {
    name: "SyntaxError",
    message: /^Cannot decode image: notes\.jpg is of an unknown kind, expected a JPEG, PNG or GIF/,
  });
  await assert.rejects(decodeImage(new Uint8Array(), { name: "a.png" }), {
    name: "SyntaxError",
    message: /^Cannot decode image: a\.png is empty/,
  });
});

for (const name of ["rgb.png", "palette.png", "baseline_420.jpg", "progressive.jpg", "still.gif"]) {
  testWith(
    ["read"],
    `decodeImage() refuses a truncated ${name} at every length, and goes on afterwards`,
    async () => {
      const whole = readFixture(`decode/${name}`);
      for (let share = 0.05; share < 0.95; share += 0.1) {
        const truncated = whole.subarray(0, Math.floor(whole.length * share));
        await assert.rejects(decodeImage(truncated, { name }), {
          name: "SyntaxError",
          message: new RegExp(`^Cannot decode image: ${name} is .+, expected .+; .+$`),
        });
      }
      assert.equal((await decodeImage(whole)).width, 37);
    },
  );
}

testWith(
  ["read"],
  "decodeImage() answers damaged files with a picture or a named refusal, nothing else",
  async () => {
    for (
      const name of ["rgb_interlaced.png", "palette.png", "baseline_420.jpg", "transparent.gif"]
    ) {
      const whole = readFixture(`decode/${name}`);
      for (let position = 4; position < whole.length; position += 13) {
        const damaged = whole.slice();
        damaged[position] ^= 0xff;
        try {
          const { width, height, data } = await decodeImage(damaged);
          assert.equal(data.length, width * height * 3);
        } catch (error) {
          const isNamed = error instanceof SyntaxError || error instanceof RangeError;
          assert.ok(isNamed, `${name} damaged at ${position}: ${error}`);
          assert.match(error.message, /^Cannot decode image: image .+; .+$/);
        }
      }
    }
  },
);

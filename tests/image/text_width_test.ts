import assert from "node:assert/strict";
import { decodeImage } from "../../lib/image/decode.ts";
import { FONT_FAMILY, rasterise } from "../../lib/image/rasterise.ts";
import { ellipsise, textWidth } from "../../lib/image/text_width.ts";
import { testWith } from "../support/permissions.ts";

const texts = [
  "the quick brown fox jumps over the lazy dog",
  "deit3_large_patch16_224.fb_in1k: 304.4 M parameters (1/52)",
  "WWWWWWWW MMMMMMMM %%%%%%%%",
  "illicit lilliputian fjord; filler. till!",
  "Ünïçödé ÀÉÎÕÜ àéîõü naïve façade",
];

for (const bold of [false, true]) {
  testWith(["read"], `textWidth() agrees with the drawn text${bold ? ", bold" : ""}`, async () => {
    for (const text of texts) {
      const measured = textWidth(text, { fontSize: 20, bold });
      const drawn = await measureInk(text, bold);
      assert.ok(Math.abs(measured / drawn - 1) < 0.06, `${text}: ${measured}, drawn ${drawn}`);
    }
  });
}

Deno.test("ellipsise() keeps what fits, and both ends of what does not", () => {
  const path = "holiday/2024/mountains/day_12/IMG_20240817_142233.jpg";
  const style = { fontSize: 12 };
  const whole = textWidth(path, style);
  assert.equal(ellipsise(path, whole, style), path);
  for (const room of [whole * 0.9, whole * 0.5, whole * 0.2]) {
    const shortened = ellipsise(path, room, style);
    assert.ok(textWidth(shortened, style) <= room);
    assert.match(shortened, /^h.*….*g$/);
    const longer = shortened.length + 1;
    assert.ok(textWidth(path.slice(0, longer), style) > room * 0.8, "uses the room there is");
  }
  assert.equal(ellipsise(path, 1, style), "…");
  assert.equal(ellipsise("", 0, style), "");
});

/** The columns from the first to the last with ink, at font size 20. */
async function measureInk(text: string, bold: boolean): Promise<number> {
  const { width, data } = await decodeImage(
    await rasterise(
      `<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="40">` +
        `<rect width="100%" height="100%" fill="white"/><text x="10" y="28" font-size="20" ` +
        `font-family="${FONT_FAMILY}" font-weight="${
          bold ? "bold" : "normal"
        }">${text}</text></svg>`,
    ),
  );
  const columns = [...data.keys()].filter((i) => data[i] < 128)
    .map((i) => Math.floor(i / 3) % width);
  const first = columns.reduce((a, b) => Math.min(a, b));
  const last = columns.reduce((a, b) => Math.max(a, b));
  return last - first + 1;
}

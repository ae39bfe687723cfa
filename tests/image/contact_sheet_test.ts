import assert from "node:assert/strict";
import { contactSheet, layOutSheet } from "../../lib/image/contact_sheet.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";

const cellSize = 24;
const exact = gradient(cellSize, cellSize);
const sheet = {
  title: "Photos <&> maps",
  columns: ["photo", "map"],
  rows: [
    { caption: "a.jpg", cells: [exact, plain(4, 4, 200)] },
    { caption: "folder/b & c.jpg", cells: [gradient(3, 3), plain(48, 24, 90)] },
  ],
  cellSize,
  footer: ["one line", "another line that is wider than both of the columns together"],
};

Deno.test("contactSheet() has the size that its layout says, with room for every footer line", async () => {
  for (const options of [sheet, { ...sheet, title: undefined, footer: undefined }]) {
    const { width, height } = await drawSheet(options);
    const layout = layOutSheet(options);
    assert.deepEqual([width, height], [layout.width, layout.height]);
  }
});

Deno.test("contactSheet() puts each picture in its place, unchanged where it fits exactly", async () => {
  const image = await drawSheet(sheet);
  const { columnLeft, rowTop } = layOutSheet(sheet);
  assert.deepEqual(cut(image, columnLeft[0], rowTop[0], cellSize, cellSize), exact.data);
  const enlarged = cut(image, columnLeft[1], rowTop[0], cellSize, cellSize);
  assert.ok(enlarged.every((value) => value === 200));
});

Deno.test("contactSheet() shows the pixels of small pictures as squares", async () => {
  const image = await drawSheet(sheet);
  const { columnLeft, rowTop } = layOutSheet(sheet);
  const small = sheet.rows[1].cells[0];
  for (let i = 0; i < 9; i++) {
    const [left, top] = [columnLeft[0] + (i % 3) * 8, rowTop[1] + Math.floor(i / 3) * 8];
    const square = cut(image, left, top, 8, 8);
    square.forEach((value, k) => assert.equal(value, small.data[i * 3 + k % 3]));
  }
});

Deno.test("contactSheet() keeps the aspect ratio, the picture in the middle of its square", async () => {
  const image = await drawSheet(sheet);
  const { columnLeft, rowTop } = layOutSheet(sheet);
  const square = cut(image, columnLeft[1], rowTop[1], cellSize, cellSize);
  const rows = Array.from({ length: cellSize }, (_, y) => square[y * cellSize * 3]);
  assert.deepEqual(rows, [...Array(6).fill(255), ...Array(12).fill(90), ...Array(6).fill(255)]);
});

Deno.test("contactSheet() writes captions, headings and footer, and leaves the margins white", async () => {
  const image = await drawSheet(sheet);
  const { columnLeft, rowTop, footerBaseline, headingBaseline } = layOutSheet(sheet);
  const places = [
    [columnLeft[0], headingBaseline - 10],
    [columnLeft[1], headingBaseline - 10],
    [columnLeft[0], rowTop[0] + cellSize],
    [columnLeft[0], rowTop[1] + cellSize],
    [columnLeft[0], footerBaseline - 10],
  ];
  for (const [x, y] of places) {
    assert.ok(cut(image, x, y, 20, 18).some((value) => value < 160), `ink at ${x}, ${y}`);
  }
  for (const x of [0, image.width - columnLeft[0]]) {
    const margin = cut(image, x, 0, columnLeft[0], image.height);
    assert.ok(margin.every((value) => value === 255), "white margin");
  }
});

Deno.test("contactSheet() refuses an empty sheet, a row with gaps and an impossible cell size", async () => {
  await assert.rejects(contactSheet({ ...sheet, rows: [] }), {
    name: "RangeError",
    message:
      /^Cannot draw contact sheet: it is 0 rows of 2 columns, expected at least one of each$/,
  });
  await assert.rejects(contactSheet({ ...sheet, rows: [{ caption: "a.jpg", cells: [exact] }] }), {
    name: "TypeError",
    message: "Cannot draw contact sheet: row a.jpg is 1 pictures, expected 2",
  });
  await assert.rejects(contactSheet({ ...sheet, cellSize: 0.5 }), {
    name: "RangeError",
    message: "Cannot draw contact sheet: cellSize is 0.5, expected a positive integer",
  });
});

async function drawSheet(options: Parameters<typeof contactSheet>[0]): Promise<RgbImage> {
  return await decodeImage(await contactSheet(options));
}

function gradient(width: number, height: number): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) % 256);
  return { width, height, data };
}

function plain(width: number, height: number, value: number): RgbImage {
  return { width, height, data: new Uint8Array(width * height * 3).fill(value) };
}

function cut(image: RgbImage, left: number, top: number, width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(start, start + width * 3), y * width * 3);
  }
  return data;
}

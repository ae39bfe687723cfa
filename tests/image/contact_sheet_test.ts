import assert from "node:assert/strict";
import { contactSheet, layOutSheet } from "../../lib/image/contact_sheet.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import { testWith } from "../support/permissions.ts";

const cellSize = 24;
const exact = gradient(cellSize, cellSize);
const sheet = {
  title: "Photos <&> maps",
  columns: ["photo", "map"],
  rows: [
    { caption: "a.jpg", cells: [exact, plain(4, 4, 200)] },
    { caption: "folder/b & c.jpg", cells: [gradient(3, 3), plain(48, 24, 90)] },
  ],
  cell: { width: cellSize, height: cellSize },
  footer: ["one line", "another line that is wider than both of the columns together"],
};

testWith(
  ["read"],
  "contactSheet() has the size that its layout says, with room for every footer line",
  async () => {
    for (const options of [sheet, { ...sheet, title: undefined, footer: undefined }]) {
      const { width, height } = await drawSheet(options);
      const layout = layOutSheet(options);
      assert.deepEqual([width, height], [layout.width, layout.height]);
    }
  },
);

testWith(
  ["read"],
  "contactSheet() puts each picture in its place, unchanged where it fits exactly",
  async () => {
    const image = await drawSheet(sheet);
    const { columnLeft, rowTop } = layOutSheet(sheet);
    assert.deepEqual(cut(image, columnLeft[0], rowTop[0], cellSize, cellSize), exact.data);
    const enlarged = cut(image, columnLeft[1], rowTop[0], cellSize, cellSize);
    assert.ok(enlarged.every((value) => value === 200));
  },
);

testWith(["read"], "contactSheet() shows the pixels of small pictures as squares", async () => {
  const image = await drawSheet(sheet);
  const { columnLeft, rowTop } = layOutSheet(sheet);
  const small = sheet.rows[1].cells[0];
  for (let i = 0; i < 9; i++) {
    const [left, top] = [columnLeft[0] + (i % 3) * 8, rowTop[1] + Math.floor(i / 3) * 8];
    const square = cut(image, left, top, 8, 8);
    square.forEach((value, k) => assert.equal(value, small.data[i * 3 + k % 3]));
  }
});

testWith(["read"], "contactSheet() fits pictures into frames that are not square", async () => {
  const cell = { width: 12, height: 24 };
  const rows = [{ caption: "a.jpg", cells: [plain(3, 6, 40), plain(6, 6, 80)] }];
  const image = await drawSheet({ ...sheet, rows, cell });
  const layout = layOutSheet({ ...sheet, rows, cell });
  const [filled, square] = layout.columnLeft.map((left) =>
    cut(image, left, layout.rowTop[0], cell.width, cell.height)
  );
  assert.ok(filled.every((value) => value === 40));
  const column = Array.from({ length: cell.height }, (_, y) => square[y * cell.width * 3]);
  assert.deepEqual(column, [...Array(6).fill(255), ...Array(12).fill(80), ...Array(6).fill(255)]);
});

testWith(
  ["read"],
  "contactSheet() has room for a legend beside the title, which changes nothing else",
  async () => {
    const legend = { low: "dark", high: "pale" };
    const { legend: _, ...plainSheet } = { ...sheet, legend };
    const image = await drawSheet({ ...sheet, legend });
    const layout = layOutSheet({ ...sheet, legend });
    assert.equal(layout.rowTop[0], layOutSheet(plainSheet).rowTop[0]);
    const right = image.width - layout.columnLeft[0];
    const band = cut(image, 0, layout.titleBaseline - 5, image.width, 1);
    const reddest = Array.from({ length: right }, (_, x) => band[x * 3] - band[x * 3 + 2]);
    const at = reddest.indexOf(Math.max(...reddest)); // inferno's orange, three quarters up
    assert.ok(at > right / 2 && at < right - 20, `at ${at} of ${right}`);
    assert.ok(cut(image, right, 0, layout.columnLeft[0], 60).every((value) => value === 255));
  },
);

Deno.test("layOutSheet() is as wide as title and legend side by side", () => {
  const narrow = { ...sheet, footer: [], columns: ["a"], title: "x".repeat(60) };
  const legend = { low: "little", high: "much" };
  const [without, withLegend] = [layOutSheet(narrow), layOutSheet({ ...narrow, legend })];
  assert.ok(withLegend.width - without.width > 128, `${withLegend.width} ${without.width}`);
  const wide = { ...narrow, cell: { width: 2000, height: 10 } };
  assert.equal(layOutSheet({ ...wide, legend }).width, layOutSheet(wide).width);
});

testWith(["read"], "contactSheet() shortens a caption that would run into the note", async () => {
  const rows = (note?: string) => [{ ...sheet.rows[0], caption: "M".repeat(200), note }];
  const layout = layOutSheet({ ...sheet, rows: rows() });
  const top = layout.rowTop[0] + cellSize;
  const ink = (image: RgbImage) =>
    Array.from({ length: image.width }, (_, x) => cut(image, x, top, 1, 20).some((v) => v < 200));
  const bare = ink(await drawSheet({ ...sheet, rows: rows() }));
  const noted = ink(await drawSheet({ ...sheet, rows: rows("i") }));
  const right = layout.columnLeft[1] + cellSize;
  assert.ok(noted.slice(right - 5, right).some(Boolean), "the note stands at the right edge");
  assert.ok(!noted.slice(right - 16, right - 5).some(Boolean), "with a gap before it");
  assert.ok(!bare.slice(right).some(Boolean) && !noted.slice(right).some(Boolean));
});

testWith(
  ["read"],
  "contactSheet() keeps the aspect ratio, the picture in the middle of its frame",
  async () => {
    const image = await drawSheet(sheet);
    const { columnLeft, rowTop } = layOutSheet(sheet);
    const square = cut(image, columnLeft[1], rowTop[1], cellSize, cellSize);
    const rows = Array.from({ length: cellSize }, (_, y) => square[y * cellSize * 3]);
    assert.deepEqual(rows, [...Array(6).fill(255), ...Array(12).fill(90), ...Array(6).fill(255)]);
  },
);

testWith(
  ["read"],
  "contactSheet() writes captions, headings and footer, and leaves the margins white",
  async () => {
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
  },
);

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
  await assert.rejects(contactSheet({ ...sheet, cell: { width: 9, height: 0.5 } }), {
    name: "RangeError",
    message: "Cannot draw contact sheet: cell is 9×0.5, expected positive integers",
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

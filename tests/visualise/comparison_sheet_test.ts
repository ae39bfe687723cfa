import assert from "node:assert/strict";
import { type ContactSheetLayout, layOutSheet } from "../../lib/image/contact_sheet.ts";
import { decodeImage } from "../../lib/image/decode.ts";
import { overlayMap } from "../../lib/image/overlay.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import type { Comparison } from "../../lib/visualise/compare.ts";
import { describeSize, drawComparisons } from "../../lib/visualise/comparison_sheet.ts";
import { testWithFiles } from "../support/permissions.ts";

const models = {
  grid: [1, 2] as const,
  teacher: { name: "local-dir:teacher", parameters: 304_374_760 },
  student: { name: "vit_tiny_patch16_224", parameters: null, view: "12×12 pixels of 64×64" },
};

function comparisonOf(path: string, { width, height }: { width: number; height: number }) {
  const crop = noise(width, height);
  const comparison: Comparison = {
    path,
    crop,
    seen: noise(4, 4),
    teacherMap: Float32Array.of(1, 0.25),
    isCached: true,
    studentMap: Float32Array.of(0, 1),
    correlation: -0.001,
  };
  return comparison;
}

function noise(width: number, height: number): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251);
  return { width, height, data };
}

/** Where the parts of a sheet of photos lie. */
function layoutOf(rows: number, cell: { width: number; height: number }): ContactSheetLayout {
  return layOutSheet({
    title: "title",
    columns: ["1", "2", "3", "4"],
    rows: Array.from({ length: rows }, () => ({ caption: "", cells: [] })),
    cell,
  });
}

/** The picture in a cell, from the middle of each of its pixels' squares. */
function pictureAt(
  sheet: RgbImage,
  { left, top, scale, width, height }: Record<
    "left" | "top" | "scale" | "width" | "height",
    number
  >,
): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row = top + Math.floor((y + 0.5) * scale);
      const column = left + Math.floor((x + 0.5) * scale);
      const start = (row * sheet.width + column) * 3;
      data.set(sheet.data.subarray(start, start + 3), (y * width + x) * 3);
    }
  }
  return { width, height, data };
}

testWithFiles(
  "drawComparisons() shows photo, teacher's map, student's view and student's map",
  async () => {
    const comparisons = ["a.jpg", "b.jpg"].map((path) =>
      comparisonOf(path, { width: 100, height: 50 })
    );
    const sheet = await decodeImage(await drawComparisons(comparisons, models));
    const layout = layoutOf(2, { width: 200, height: 100 }); // twice as big, so that headings fit
    const [gridHeight, gridWidth] = models.grid;
    for (const [row, { crop, seen, teacherMap, studentMap }] of comparisons.entries()) {
      const cell = (column: number) => ({
        left: layout.columnLeft[column],
        top: layout.rowTop[row],
      });
      const whole = { scale: 2, width: 100, height: 50 };
      const overlay = (map: Float32Array) => overlayMap(crop, map, { gridHeight, gridWidth });
      assert.deepEqual(pictureAt(sheet, { ...cell(0), ...whole }), crop);
      assert.deepEqual(pictureAt(sheet, { ...cell(1), ...whole }), overlay(teacherMap));
      assert.deepEqual(pictureAt(sheet, { ...cell(3), ...whole }), overlay(studentMap));
      const { left, top } = cell(2);
      const square = { left: left + 50, top, scale: 25, width: 4, height: 4 };
      assert.deepEqual(pictureAt(sheet, square), seen);
    }
  },
);

testWithFiles("drawComparisons() enlarges small photos and shrinks big ones", async () => {
  const sizes = [
    { photo: { width: 64, height: 64 }, cell: { width: 256, height: 256 } },
    { photo: { width: 224, height: 224 }, cell: { width: 224, height: 224 } },
    { photo: { width: 640, height: 320 }, cell: { width: 320, height: 160 } },
  ];
  for (const { photo, cell } of sizes) {
    const sheet = await decodeImage(await drawComparisons([comparisonOf("a.jpg", photo)], models));
    const layout = layoutOf(1, cell);
    assert.equal(sheet.width, layout.width);
    const footerHeight = sheet.height - layout.height;
    assert.ok(footerHeight > 40 && footerHeight < 100, `${footerHeight}`);
  }
});

Deno.test("describeSize() counts parameters in millions, or says that they are unknown", () => {
  const name = "vit";
  assert.equal(describeSize(models.teacher), "local-dir:teacher, 304.4 M parameters");
  assert.equal(describeSize({ name, parameters: 232_100 }), "vit, 232 k parameters");
  assert.equal(describeSize({ name, parameters: 950 }), "vit, 950 parameters");
  assert.equal(describeSize({ name, parameters: null }), "vit, number of parameters unknown");
});

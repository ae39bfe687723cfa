/**
 * Sets photos, what the student saw of them, and both maps side by side.
 *
 * @module
 */
import { cellSizeFor } from "../image/cell_size.ts";
import { contactSheet } from "../image/contact_sheet.ts";
import { overlayMap } from "../image/overlay.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { describeCount } from "../model/parameters.ts";
import type { Comparison } from "./compare.ts";

/** A model as the sheet names it. */
export interface ShownModel {
  /** Its name. */
  readonly name: string;
  /** The number of its parameters; null when unknown. */
  readonly parameters: number | null;
}

/** A student as the sheet names it. */
export interface ShownStudent extends ShownModel {
  /** In words, what it sees of a photo. */
  readonly view: string;
}

/** What a sheet says beside the pictures. */
export interface ComparisonSheetOptions {
  /** Height and width of a map, in patches. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  /** Who made the maps of the second column. */
  readonly teacher: ShownModel;
  /** Who made those of the last column. */
  readonly student: ShownStudent;
}

/**
 * Draws a sheet, a row a photo: the crop, the teacher's map over it, what the student saw, and the
 * student's map over the crop.
 *
 * @param comparisons At least one, of crops of one size.
 * @returns A PNG file.
 */
export async function drawComparisons(
  comparisons: readonly Comparison[],
  { grid: [gridHeight, gridWidth], teacher, student }: ComparisonSheetOptions,
): Promise<Uint8Array> {
  const overlay = (crop: RgbImage, map: Float32Array) =>
    overlayMap(crop, map, { gridHeight, gridWidth });
  return await contactSheet({
    title: "Where the teacher looks, and where its student does",
    legend: { low: "little attention", high: "much" },
    columns: ["Photo", "Teacher's map", "What the student sees", "Student's map"],
    rows: comparisons.map(({ path, crop, seen, teacherMap, studentMap, correlation }) => ({
      caption: path,
      note: `CC ${formatCorrelation(correlation)}`,
      cells: [crop, overlay(crop, teacherMap), seen, overlay(crop, studentMap)],
    })),
    cell: cellSizeFor(comparisons[0].crop),
    footer: [
      `Teacher ${describeSize(teacher)}`,
      `Student ${describeSize(student)}, sees ${student.view}`,
      "Each map is divided by its maximum. CC: Pearson's correlation of the two maps",
    ],
  });
}

/** Says how big a model is: `deit_tiny_patch16_224, 5.7 M parameters`. */
export function describeSize({ name, parameters }: ShownModel): string {
  return parameters === null
    ? `${name}, number of parameters unknown`
    : `${name}, ${describeCount(parameters)} parameters`;
}

/** Two digits; what rounds to nothing has no sign. */
function formatCorrelation(correlation: number): string {
  return correlation.toFixed(2).replace(/^-(?=0\.00$)/, "").replace("-", "−");
}

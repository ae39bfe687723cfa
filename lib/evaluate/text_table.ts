/**
 * Tables of plain text.
 *
 * @module
 */
import type { Interval } from "../run/evaluation_file.ts";

/** Aligns cells for a fixed-width font: the first column left, the others right. */
export function alignTable(cells: readonly (readonly string[])[]): string[] {
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells.map(([name, ...rest]) =>
    [name.padEnd(widths[0]), ...rest.map((cell, i) => cell.padStart(widths[i + 1]))].join("  ")
      .trimEnd()
  );
}

/** Three digits after the point, one of what has two before it: as much as hundreds of photos can tell. */
export function describeInterval({ mean, low, high }: Interval): string {
  const digits = Math.abs(mean) < 10 ? 3 : 1;
  return `${mean.toFixed(digits)}±${((high - low) / 2).toFixed(digits)}`;
}

/**
 * Results as tables, for a terminal and for a page.
 *
 * @module
 */
import type { Row, Section } from "./result.ts";
import type { Spread } from "./statistics.ts";

const headings = ["", "ours", "PyTorch", "ratio", "over the pairs"];

/** A section as lines of plain text: title, table, notes. */
export function textTable({ title, rows, notes }: Section): string[] {
  const cells = [headings, ...rows.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const lines = cells.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])
    ).join("  ").trimEnd()
  );
  return [title, ...lines.map((line) => `  ${line}`), ...notes.map((note) => `  ${note}`)];
}

/** A section as lines of Markdown: heading, table, notes. */
export function markdownTable({ title, rows, notes }: Section): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = headings.map((_, column) => column === 0 ? "---" : "---:");
  return [
    `### ${title}`,
    "",
    line(headings),
    line(rule),
    ...rows.map((row) => line(cellsOf(row))),
    ...notes.flatMap((note) => ["", note]),
  ];
}

function cellsOf({ name, unit, ours, peer, ratio }: Row): string[] {
  const quantity = (value: number | undefined) =>
    value === undefined ? "–" : `${figures(value)} ${unit}`;
  return [
    name,
    quantity(ours),
    quantity(peer),
    ratio ? `${figures(ratio.median)}×` : "–",
    ratio ? range(ratio) : "–",
  ];
}

function range({ low, high }: Spread): string {
  return `${figures(low)}–${figures(high)}`;
}

/** Three figures, and no fewer than the whole number has: `0.0123`, `1.23`, `12.3`, `1234`. */
export function figures(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

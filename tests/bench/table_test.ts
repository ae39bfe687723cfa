import assert from "node:assert/strict";
import type { Section } from "./result.ts";
import { durationRow, throughputRow } from "./result.ts";
import { figures, markdownTable, textTable } from "./table.ts";

const section: Section = {
  name: "teacher",
  title: "Teacher",
  rows: [
    throughputRow("both", { ours: [0.5, 0.25, 1], peer: [1, 1, 1] }, 8),
    throughputRow("ours alone", { ours: [2] }, 8),
    { name: "nobody", unit: "MiB" },
  ],
  notes: ["A note."],
};

Deno.test("throughputRow() and durationRow() take medians and paired ratios", () => {
  assert.deepEqual(section.rows[0], {
    name: "both",
    unit: "images/s",
    ours: 16,
    peer: 8,
    ratio: { median: 2, low: 1, high: 4 },
  });
  assert.deepEqual(section.rows[1], { name: "ours alone", unit: "images/s", ours: 4 });
  assert.deepEqual(durationRow("d", { ours: [1, 3, 2], peer: [2, 3, 8] }), {
    name: "d",
    unit: "s",
    ours: 2,
    peer: 3,
    ratio: { median: 2, low: 1, high: 4 },
  });
});

Deno.test("textTable() aligns columns and leaves out what was not measured", () => {
  assert.deepEqual(textTable(section), [
    "Teacher",
    "                       ours        PyTorch  ratio  over the pairs",
    "  both        16.0 images/s  8.00 images/s  2.00×       1.00–4.00",
    "  ours alone  4.00 images/s              –      –               –",
    "  nobody                  –              –      –               –",
    "  A note.",
  ]);
});

Deno.test("markdownTable() is a table with a heading", () => {
  assert.deepEqual(markdownTable(section), [
    "### Teacher",
    "",
    "|  | ours | PyTorch | ratio | over the pairs |",
    "| --- | ---: | ---: | ---: | ---: |",
    "| both | 16.0 images/s | 8.00 images/s | 2.00× | 1.00–4.00 |",
    "| ours alone | 4.00 images/s | – | – | – |",
    "| nobody | – | – | – | – |",
    "",
    "A note.",
  ]);
});

Deno.test("figures() gives three figures, never in powers of ten", () => {
  assert.deepEqual([0.01234, 1.2345, 99.94, 123.4, 98765].map(figures), [
    "0.0123",
    "1.23",
    "99.9",
    "123",
    "98765",
  ]);
});

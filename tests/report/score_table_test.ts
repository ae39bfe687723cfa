import assert from "node:assert/strict";
import { formatNumber } from "../../lib/report/numbers.ts";
import { differenceTable, scoreTable } from "../../lib/report/score_table.ts";
import { settingsTable } from "../../lib/report/settings_table.ts";
import { evaluation } from "./report_support.ts";

/** The texts of a table's cells, row by row. */
function cellsOf(table: string): string[][] {
  return table.split("<tr>").slice(1).map((row) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) =>
      cell.replaceAll(/<br>|<small>/g, " ").replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ")
        .trim()
    )
  );
}

Deno.test("scoreTable() writes means, intervals and marks, and escapes titles", () => {
  assert.deepEqual(cellsOf(scoreTable(evaluation).text), [
    ["Map", "CC ↑", "KL ↓"],
    ["student", "0.600 0.500 to 0.700", "0.400 0.300 to 0.500"],
    ["mean training map", "0.300 ▼ 0.200 to 0.400", "0.200 ▲ 0.100 to 0.300"],
    [
      "Gaussian &lt;centred&gt; &amp; &quot;wide&quot;",
      "0.550 0.450 to 0.650",
      "0.900 ▼ 0.800 to 1.000",
    ],
    ["mirrored teacher ceiling", "0.900 ▲ 0.800 to 1.000", "0.100 ▲ 0.000 to 0.200"],
  ]);
});

Deno.test("scoreTable() leaves a dash where a predictor has no score", () => {
  const { cc } = evaluation.scores.meanMap;
  const scores = { ...evaluation.scores, meanMap: { cc } };
  const [, , meanMap] = cellsOf(scoreTable({ ...evaluation, scores }).text);
  assert.equal(meanMap[2], "–");
});

Deno.test("differenceTable() writes differences with signs and p-values", () => {
  const [head, meanMap, gaussian] = cellsOf(differenceTable(evaluation).text);
  assert.deepEqual(head, ["Against", "CC", "KL"]);
  assert.equal(meanMap[1], "+0.300 0.200 to 0.400 p = 0.001");
  assert.equal(gaussian[2], "−0.500 −0.600 to −0.400 p &lt; 0.001");
});

Deno.test("formatNumber() writes three digits, fewer of great numbers, and no negative zero", () => {
  assert.deepEqual([0.12345, -1.5, 12.345, 123.45, -0.0001].map((it) => formatNumber(it)), [
    "0.123",
    "−1.500",
    "12.35",
    "123.5",
    "0.000",
  ]);
  assert.equal(formatNumber(0.5, { signed: true }), "+0.500");
});

Deno.test("settingsTable() writes nested settings under dotted names", () => {
  const settings = { a: 1, b: { c: "<x>", d: [1, 2] }, e: null };
  assert.deepEqual(cellsOf(settingsTable(settings, { caption: "Training" }).text), [
    ["a", "1"],
    ["b.c", "&lt;x&gt;"],
    ["b.d", "[1,2]"],
    ["e", "null"],
  ]);
});

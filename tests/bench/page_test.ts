import assert from "node:assert/strict";
import { join } from "node:path";
import { testInFolder } from "../support/temporary_folder.ts";
import type { BenchmarkResult } from "./benchmark.ts";
import { updatePage, writePage } from "./page.ts";
import type { SectionName } from "./result.ts";

function resultOf(name: SectionName, title: string): BenchmarkResult {
  return {
    date: "2024-05-06T07:08:09.000Z",
    command: "deno task bench --only=" + name,
    machine: {
      cpu: "A processor",
      cores: 4,
      memoryGiB: 8,
      backend: "backend wasm",
      system: "linux 6",
      deno: "2.0.0",
      tfjs: "4.0.0",
    },
    peer: { python: "python3", torch: "1.13", device: "CPU", blas: "OpenBLAS" },
    sections: [{ name, title, rows: [{ name: "a row", unit: "s", ours: 1 }], notes: [] }],
  };
}

Deno.test("updatePage() puts a section between its marks and leaves the rest", () => {
  const page = "# Title\n\n<!-- bench:student -->\nold\n<!-- /bench:student -->\n\nTail\n";
  const updated = updatePage(page, resultOf("student", "New"));
  assert.match(updated, /^# Title\n\n<!-- bench:student -->\n\n### New\n/);
  assert.match(updated, /\n<!-- \/bench:student -->\n\nTail\n$/);
  assert.doesNotMatch(updated, /old/);
  assert.equal(updatePage(updated, resultOf("student", "New")), updated);
});

Deno.test("updatePage() appends a section that the page has no marks for", () => {
  const once = updatePage("", resultOf("teacher", "First"));
  const twice = updatePage(once, resultOf("input", "Second"));
  assert.match(twice, /^<!-- bench:teacher -->[\s\S]*<!-- bench:input -->[\s\S]*\n$/);
});

Deno.test("updatePage() says where the numbers come from", () => {
  const page = updatePage("", resultOf("teacher", "First"));
  assert.match(page, /Measured 2024-05-06 by `deno task bench --only=teacher`:/);
  assert.match(page, /A processor, 4 cores, 8 GiB/);
  assert.match(page, /PyTorch 1\.13, CPU, OpenBLAS/);
  const alone = { ...resultOf("teacher", "First"), peer: { obstacle: "not there" } };
  assert.match(updatePage("", alone), /no PyTorch: not there/);
});

testInFolder("writePage() makes the page and keeps what others wrote", async (folder) => {
  const path = join(folder, "page.md");
  await writePage(path, resultOf("teacher", "First"));
  await Deno.writeTextFile(path, "# Mine\n\n" + await Deno.readTextFile(path));
  await writePage(path, resultOf("teacher", "Again"));
  assert.match(await Deno.readTextFile(path), /^# Mine\n\n<!-- bench:teacher -->\n\n### Again/);
});

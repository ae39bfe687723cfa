import assert from "node:assert/strict";
import { escapeControls, oneLine } from "../../lib/files/one_line.ts";

Deno.test("escapeControls() spells out what ends a line or steers a terminal, and nothing else", () => {
  assert.equal(escapeControls("a\nb\r\tc"), "a\\nb\\r\\tc");
  assert.equal(
    escapeControls("\x1b[31mred\x07\x9b0m\x7f"),
    "\\u001b[31mred\\u0007\\u009b0m\\u007f",
  );
  assert.equal(escapeControls("x\u2028y\u202egpj.exe"), "x\\u2028y\\u202egpj.exe");
  const harmless = "naïve 👩‍🚀 e\u0301 “quoted” C:\\folder";
  assert.equal(escapeControls(harmless), harmless);
});

Deno.test("oneLine() makes one short line of any text", () => {
  assert.equal(oneLine("  a\n\n  b\tc "), "a b c");
  const long = oneLine("x".repeat(1e6));
  assert.equal(long, "x".repeat(500) + "…");
  assert.equal(oneLine("x".repeat(500)), "x".repeat(500));
});

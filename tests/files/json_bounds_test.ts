import assert from "node:assert/strict";
import { refuseBulkyJson } from "../../lib/files/json_bounds.ts";
import { describeIssues, parseModestJson } from "../../lib/files/json.ts";

Deno.test("refuseBulkyJson() counts lists, objects and commas outside of texts", () => {
  const text = JSON.stringify({ a: [1, 2, 3], '"\\': '[[[,,,{{{\\"' });
  refuseBulkyJson(text, { maxItems: 5 });
  assert.throws(() => refuseBulkyJson(text, { maxItems: 4 }), {
    name: "SyntaxError",
    message: "it lists more than 4 values",
  });
});

Deno.test("refuseBulkyJson() refuses depth, however the text goes on", () => {
  refuseBulkyJson("[".repeat(64) + "]".repeat(64));
  refuseBulkyJson("[{}]".repeat(1000));
  for (const text of ["[".repeat(65), "[".repeat(1e7), '{"a":'.repeat(65)]) {
    assert.throws(() => refuseBulkyJson(text), {
      message: "it nests more than 64 lists and objects",
    });
  }
});

Deno.test("parseModestJson() leaves what is no JSON to the parser", () => {
  for (const text of ['"\\', '["abc', "", '"a\\\\"b"']) {
    assert.throws(() => parseModestJson(text), { name: "SyntaxError" });
  }
  assert.deepEqual(
    parseModestJson('{"__proto__": {"x": ["\\\\", "\\""]}}'),
    JSON.parse(
      '{"__proto__": {"x": ["\\\\", "\\""]}}',
    ),
  );
});

Deno.test("describeIssues() lists a few problems in one line", () => {
  const issues = Array.from({ length: 1000 }, (_, i) => ({
    path: [`a\n${i}`],
    message: "Invalid\x1b[2J",
  }));
  const text = describeIssues({ issues });
  assert.match(text, /^a 0: Invalid\\u001b\[2J; .*; and 995 more$/);
  assert.ok(text.length < 300);
});

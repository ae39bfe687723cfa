import assert from "node:assert/strict";
import {
  checkRolloutSettings,
  discardCount,
  type RolloutSettings,
} from "../../lib/rollout/settings.ts";

const settings: RolloutSettings = {
  mode: "paper",
  discardRatio: 0.95,
  numPrefixTokens: 2,
  grid: [3, 5],
};

Deno.test("checkRolloutSettings() accepts settings that fit", () => {
  checkRolloutSettings(settings, 17);
  checkRolloutSettings({ ...settings, discardRatio: 0, mode: "vit-explain" }, 17);
  checkRolloutSettings({ ...settings, discardRatio: 1 }, 17);
});

Deno.test("checkRolloutSettings() names what is out of range", () => {
  const cases: [Partial<RolloutSettings>, RegExp][] = [
    [{ mode: "raw" as "paper" }, /mode is raw, expected paper or vit-explain/],
    [{ discardRatio: -0.1 }, /discard ratio is -0.1, expected 0 to 1/],
    [{ discardRatio: 1.01 }, /discard ratio is 1.01, expected 0 to 1/],
    [{ discardRatio: NaN }, /discard ratio is NaN, expected 0 to 1/],
    [{ numPrefixTokens: 0 }, /number of prefix tokens is 0, expected an integer from 1/],
    [{ numPrefixTokens: 1.5 }, /number of prefix tokens is 1.5/],
    [{ grid: [0, 15] }, /grid is \[0,15\], expected two integers from 1/],
    [{ grid: [2.5, 6] }, /grid is \[2.5,6\]/],
  ];
  for (const [wrong, message] of cases) {
    assert.throws(() => checkRolloutSettings({ ...settings, ...wrong }, 17), (error: Error) => {
      assert.equal(error.name, "RangeError");
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("checkRolloutSettings() refuses a grid that does not make up the tokens", () => {
  assert.throws(() => checkRolloutSettings(settings, 16), /TypeError: .*16 tokens.*2 .*3×5/);
});

Deno.test("discardCount() rounds down, as PyTorch's int() does", () => {
  assert.equal(discardCount(197, 0.95), 36868); // of 36868.55
  assert.equal(discardCount(17, 0), 0);
  assert.equal(discardCount(17, 1), 289);
});

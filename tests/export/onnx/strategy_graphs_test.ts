import assert from "node:assert/strict";
import type { Degradation } from "../../../lib/config/degradation.ts";
import { strategyGraphOf } from "../../../lib/export/onnx/strategy_graphs.ts";
import { strategyNames } from "../../../lib/config/strategies.ts";

Deno.test("strategyGraphOf() knows every strategy of ours, and says where another belongs", () => {
  for (const strategy of strategyNames) {
    assert.ok(strategyGraphOf({ strategy } as Degradation));
  }
  const blur = { strategy: "BLUR", width: 3 } as unknown as Degradation;
  assert.throws(() => strategyGraphOf(blur), {
    name: "RangeError",
    message:
      "Cannot write ONNX: the student's strategy is BLUR, expected one of DOWNSIZE, MAE; give it an " +
      "entry in lib/export/onnx/strategy_graphs.ts",
  });
});

import assert from "node:assert/strict";
import { describeCurves } from "../../lib/evaluate/curve_table.ts";
import type { Curves } from "../../lib/run/evaluation_file.ts";

const interval = (mean: number) => ({ mean, low: mean - 0.1, high: mean + 0.1 });

function curvesOf(mean: number): Curves {
  const points = [1, 2].map((x) => ({ x, ...interval(mean) }));
  const byPredictor = {
    gaussian: { area: interval(mean), points },
    random: { area: interval(mean / 2), points },
  };
  return { xTitle: "patches", yTitle: "share", byPredictor };
}

const predictors = [{ name: "gaussian", title: "centred Gaussian", kind: "baseline" as const }];

Deno.test("describeCurves() gives the areas of what curves there are", () => {
  assert.deepEqual(describeCurves({ predictors }), []);
  assert.deepEqual(describeCurves({ predictors, glimpses: curvesOf(0.4) }), [
    "",
    "mean of the curve   glimpses ↑",
    "centred Gaussian   0.400±0.100",
    "random             0.200±0.100",
    "glimpses: share over patches, 1 to 2",
  ]);
  const faithfulness = { insertion: curvesOf(0.8), deletion: curvesOf(0.2) };
  const lines = describeCurves({ predictors, glimpses: curvesOf(0.4), faithfulness });
  assert.deepEqual(lines.slice(1, 4), [
    "mean of the curve   glimpses ↑  insertion ↑   deletion ↓",
    "centred Gaussian   0.400±0.100  0.800±0.100  0.200±0.100",
    "random             0.200±0.100  0.400±0.100  0.100±0.100",
  ]);
  assert.equal(lines.length, 7);
});

import assert from "node:assert/strict";
import type { StudentDescription } from "../../lib/model/student_checkpoint.ts";
import { requireSameCrop } from "../../lib/dataset/same_crop.ts";
import { settings } from "../cache/cache_support.ts";

const { preprocessing, grid } = settings;
const student = { view: preprocessing, grid } as StudentDescription;
const owner = "the cache maps";
const remedy = "name another with --rollout-dir";

Deno.test("requireSameCrop() does not mind another mean and standard deviation", () => {
  const other = { ...preprocessing, mean: [0, 0, 0], std: [1, 1, 1] } as const;
  requireSameCrop({ preprocessing: other, grid }, { student, owner, remedy });
});

Deno.test("requireSameCrop() refuses another crop or grid, naming both", () => {
  const others = [
    { preprocessing, grid: [3, 2] as const },
    { preprocessing: { ...preprocessing, imageSize: [48, 32] as const }, grid },
    { preprocessing: { ...preprocessing, cropPct: 1 }, grid },
    { preprocessing: { ...preprocessing, cropMode: "squash" as const }, grid },
    { preprocessing: { ...preprocessing, interpolation: "bilinear" as const }, grid },
  ];
  for (const maps of others) {
    assert.throws(() => requireSameCrop(maps, { student, owner, remedy }), {
      name: "Error",
      message:
        /^Cannot compare maps: the cache maps has \d×\d patches .*, expected .*, 2×3 patches of 32×48 pixels \(center, 0\.9, bicubic\); name another with --rollout-dir, or choose another --checkpoint$/,
    });
  }
});

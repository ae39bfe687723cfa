import assert from "node:assert/strict";
import { planTeacher } from "../../lib/visualise/teacher_plan.ts";
import { settings as plainSettings } from "../cache/cache_support.ts";

const weightsDir = "weights";
const { name } = plainSettings.teacher;
const args = { img_size: [32, 48] };
const settings = { ...plainSettings, teacher: { ...plainSettings.teacher, args } };

Deno.test("planTeacher() follows the cache where nothing is said", () => {
  const nothing = { mode: undefined, headFusion: undefined, discardRatio: undefined };
  assert.deepEqual(planTeacher({ weightsDir, rollout: nothing }, settings), {
    model: name,
    args,
    rollout: settings.rollout,
    isCached: true,
  });
});

Deno.test("planTeacher() takes the defaults of precompute without a cache", () => {
  assert.deepEqual(planTeacher({ weightsDir }), {
    model: "deit3_large_patch16_224.fb_in1k",
    args: {},
    rollout: { mode: "paper", headFusion: "mean", discardRatio: 0.95 },
    isCached: false,
  });
});

Deno.test("planTeacher() puts what is said before the cache, whose maps then are another's", () => {
  const other = planTeacher({ weightsDir, model: "vit_small_patch16_224" }, settings);
  assert.deepEqual([other.model, other.args], ["vit_small_patch16_224", {}]);
  assert.deepEqual(other.rollout, settings.rollout);
  assert.equal(other.isCached, false);

  const larger = { img_size: 384 };
  const enlarged = planTeacher({ weightsDir, args: larger }, settings);
  assert.deepEqual([enlarged.model, enlarged.args, enlarged.isCached], [name, larger, false]);

  for (
    const rollout of [{ mode: "vit-explain" }, { headFusion: "max" }, { discardRatio: 0 }] as const
  ) {
    const plan = planTeacher({ weightsDir, rollout }, settings);
    assert.deepEqual(plan.rollout, { ...settings.rollout, ...rollout });
    assert.deepEqual([plan.args, plan.isCached], [args, false]);
  }
});

Deno.test("planTeacher() still trusts the cache when the same is said again", () => {
  const choice = { weightsDir, model: name, args, rollout: { ...settings.rollout } };
  assert.equal(planTeacher(choice, settings).isCached, true);
});

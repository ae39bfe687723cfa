import assert from "node:assert/strict";
import type { CacheSettings } from "../../lib/cache/settings.ts";
import { planTeacher } from "../../lib/visualise/teacher_plan.ts";
import { settings as plainSettings } from "../cache/cache_support.ts";

const weightsDir = "weights";
const { name } = plainSettings.teacher;
const args = { img_size: [32, 48] };
const settings = { ...plainSettings, teacher: { ...plainSettings.teacher, args } };

Deno.test("planTeacher() follows the cache where nothing is said", () => {
  const nothing = { mode: undefined, headFusion: undefined, discardRatio: undefined };
  assert.deepEqual(planTeacher({ weightsDir, rollout: nothing }, { cached: settings }), {
    model: name,
    args,
    rollout: settings.rollout,
    half: false,
    isCached: true,
    weightsSha256: settings.teacher.weightsSha256,
  });
});

Deno.test("planTeacher() takes the defaults of precompute without a cache", () => {
  assert.deepEqual(planTeacher({ weightsDir }), {
    model: "deit3_large_patch16_224.fb_in1k",
    args: {},
    rollout: { mode: "paper", headFusion: "mean", discardRatio: 0.95 },
    half: false,
    isCached: false,
    weightsSha256: undefined,
  });
});

Deno.test("planTeacher() puts what is said before the cache, whose maps then are another's", () => {
  const other = planTeacher({ weightsDir, model: "vit_small_patch16_224" }, { cached: settings });
  assert.deepEqual([other.model, other.args], ["vit_small_patch16_224", {}]);
  assert.deepEqual(other.rollout, settings.rollout);
  assert.deepEqual([other.isCached, other.weightsSha256], [false, undefined]);

  const larger = { img_size: 384 };
  const enlarged = planTeacher({ weightsDir, args: larger }, { cached: settings });
  assert.deepEqual([enlarged.model, enlarged.args, enlarged.isCached], [name, larger, false]);

  for (
    const rollout of [{ mode: "vit-explain" }, { headFusion: "max" }, { discardRatio: 0 }] as const
  ) {
    const plan = planTeacher({ weightsDir, rollout }, { cached: settings });
    assert.deepEqual(plan.rollout, { ...settings.rollout, ...rollout });
    assert.deepEqual([plan.args, plan.isCached], [args, false]);
  }
});

Deno.test("planTeacher() still trusts the cache when the same is said again", () => {
  const choice = { weightsDir, model: name, args, rollout: { ...settings.rollout } };
  assert.equal(planTeacher(choice, { cached: settings }).isCached, true);
});

Deno.test("planTeacher() takes the cache's precision unless another is said", () => {
  const half: CacheSettings = { ...settings, precision: "float16" };
  const planned = (choice: { half?: boolean }, cached: CacheSettings) => {
    const plan = planTeacher({ weightsDir, ...choice }, { cached });
    return [plan.half, plan.isCached];
  };
  assert.deepEqual(planned({}, half), [true, true]);
  assert.deepEqual(planned({ half: true }, half), [true, true]);
  assert.deepEqual(planned({ half: false }, half), [false, false]);
  assert.deepEqual(planned({ half: true }, settings), [true, false]);
});

/** Another teacher's cache, as a student may have been trained on. */
const trainedOn: CacheSettings = {
  ...settings,
  teacher: { name: "local-dir:its/teacher", args: { depth: 1 }, weightsSha256: "c".repeat(64) },
  rollout: { mode: "vit-explain", headFusion: "max", discardRatio: 0.5 },
};

Deno.test("planTeacher() follows the student's training where there is no cache", () => {
  const { teacher, rollout } = trainedOn;
  const plan = planTeacher({ weightsDir }, { trainedOn });
  assert.deepEqual(plan, {
    model: teacher.name,
    args: teacher.args,
    rollout,
    half: false,
    isCached: false,
    weightsSha256: teacher.weightsSha256,
  });
  const said = planTeacher({ weightsDir, rollout: { discardRatio: 0 } }, { trainedOn });
  assert.deepEqual([said.model, said.rollout], [teacher.name, { ...rollout, discardRatio: 0 }]);
  const named = planTeacher({ weightsDir, model: teacher.name }, { trainedOn });
  assert.deepEqual([named.args, named.weightsSha256], [teacher.args, undefined]);
});

Deno.test("planTeacher() knows the commit of the weights that are bound, and of no others", () => {
  const commit = "d".repeat(40);
  const cached = { ...settings, teacher: { ...settings.teacher, commit } };
  assert.equal(planTeacher({}, { cached }).commit, commit);
  assert.equal(planTeacher({ model: "vit_small_patch16_224" }, { cached }).commit, undefined);
  assert.equal(planTeacher({}, { cached: settings }).commit, undefined);
});

Deno.test("planTeacher() puts the cache before the student's training", () => {
  const known = { cached: settings, trainedOn };
  assert.deepEqual(
    planTeacher({ weightsDir }, known),
    planTeacher({ weightsDir }, { cached: settings }),
  );
});

Deno.test("planTeacher() leaves the cache's maps alone under another spelling of the name", () => {
  const respelt = planTeacher({ weightsDir, model: "./" + name, args }, { cached: settings });
  assert.deepEqual([respelt.model, respelt.isCached], ["./" + name, false]);
});

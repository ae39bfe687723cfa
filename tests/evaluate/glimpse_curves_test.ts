import assert from "node:assert/strict";
import { centredGaussian } from "../../lib/evaluate/baselines.ts";
import {
  glimpseCurvesOf,
  type MappedPhoto,
  meanGlimpseCurves,
} from "../../lib/evaluate/glimpse_curves.ts";
import { Random } from "../../lib/random/random.ts";

const grid = [2, 3] as const;
const teacherMap = Float32Array.of(4, 3, 2, 1, 0, 0);

function photoOf(path: string, student: number[]): MappedPhoto {
  const maps = { student: Float32Array.from(student), uniform: new Float32Array(6).fill(1) };
  return { path, teacherMap, maps };
}

const close = (actual: readonly number[], expected: readonly number[]) =>
  assert.ok(actual.every((value, i) => Math.abs(value - expected[i]) < 1e-12), `${actual}`);

Deno.test("glimpseCurvesOf() follows each map over the teacher's attention", () => {
  const curves = glimpseCurvesOf(photoOf("a", [0, 0, 9, 8, 7, 6]), { grid, count: 4, seed: 0 });
  assert.deepEqual(Object.keys(curves), ["teacher", "student", "random"]);
  close(curves.teacher, [0.4, 0.7, 0.9, 1]);
  close(curves.student, [0.2, 0.3, 0.3, 0.3]);
});

Deno.test("glimpseCurvesOf() stays where no more glimpses fit", () => {
  const { teacher } = glimpseCurvesOf(photoOf("a", [1, 0, 0, 0, 0, 0]), {
    grid,
    count: 3,
    size: 2,
    seed: 0,
  });
  close(teacher, [0.8, 0.8, 0.8]); // the left 2×2: 4 + 3 + 1 of 10
});

Deno.test("glimpseCurvesOf() draws the same random map for the same seed and path", () => {
  const random = (path: string, seed: number) =>
    glimpseCurvesOf(photoOf(path, [1, 1, 1, 1, 1, 1]), { grid, count: 3, seed }).random;
  assert.deepEqual(random("a", 1), random("a", 1));
  const paths = Array.from({ length: 8 }, (_, i) => `${i}`);
  assert.ok(new Set(paths.map((path) => `${random(path, 1)}`)).size > 1);
});

Deno.test("glimpseCurvesOf() of single patches: nobody covers more than the teacher", () => {
  const random = Random.from("curves");
  const map = () => Float32Array.from({ length: 64 }, () => random.uniform());
  for (let i = 0; i < 20; i++) {
    const maps = { student: map(), gaussian: centredGaussian([8, 8]), meanMap: map() };
    const photo = { path: `${i}`, teacherMap: map(), maps };
    const { teacher, ...others } = glimpseCurvesOf(photo, { grid: [8, 8], seed: 0 });
    assert.equal(teacher.length, 10);
    assert.deepEqual(Object.keys(others), ["student", "gaussian", "meanMap", "random"]);
    for (const curve of Object.values(others)) {
      assert.deepEqual(curve, curve.toSorted((a, b) => a - b));
      assert.ok(curve.every((share, k) => share <= teacher[k] + 1e-12));
    }
  }
});

Deno.test("meanGlimpseCurves() averages curves and areas, with intervals around them", () => {
  const photos = [
    { student: [0.2, 0.4], teacher: [0.5, 1] },
    { student: [0.4, 0.8], teacher: [0.5, 1] },
  ];
  const { xTitle, yTitle, byPredictor } = meanGlimpseCurves(photos, { seed: 1 });
  assert.deepEqual([xTitle, yTitle], ["glimpses of one patch", "teacher's attention covered"]);
  const { student, teacher } = byPredictor;
  assert.deepEqual(student.points.map(({ x }) => x), [1, 2]);
  close(student.points.map(({ mean }) => mean), [0.3, 0.6]);
  close([student.area.mean, student.area.low, student.area.high], [0.45, 0.3, 0.6]);
  close([teacher.area.mean, teacher.area.low, teacher.area.high], [0.75, 0.75, 0.75]);
  assert.match(meanGlimpseCurves(photos, { size: 2, seed: 1 }).xTitle, /of 2×2 patches$/);
});

Deno.test("meanGlimpseCurves() refuses to average nothing", () => {
  assert.throws(() => meanGlimpseCurves([], { seed: 1 }), {
    name: "RangeError",
    message: "Cannot average curves: there are 0 photos, expected some",
  });
});

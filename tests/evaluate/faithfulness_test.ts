import assert from "node:assert/strict";
import { faithfulnessOf, meanFaithfulness } from "../../lib/evaluate/faithfulness.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";

/** Ten patches of one pixel side by side; white ones are what the classifier looks for. */
const grid = [1, 10] as const;
const meanColour = [0, 0, 0] as const;

function row(values: number[]): RgbImage {
  return {
    width: values.length,
    height: 1,
    data: Uint8Array.from(values.flatMap((it) => [it, it, it])),
  };
}

const ramp = (...order: number[]) => Float32Array.from({ length: 10 }, (_, i) => -order.indexOf(i));

/** Class 1 is as likely as its share of the light in the two first pixels. */
function classify(images: readonly RgbImage[]): Promise<Float32Array[]> {
  return Promise.resolve(images.map(({ data }) => {
    const light = (data[0] + data[3]) / 510;
    return Float32Array.of(1 - light, light);
  }));
}

const near = (actual: readonly number[], expected: readonly number[]) => {
  assert.equal(actual.length, expected.length);
  assert.ok(actual.every((value, i) => Math.abs(value - expected[i]) < 1e-6), `${actual}`);
};

const photo = {
  path: "a",
  pixels: row([255, 255, 0, 0, 0, 0, 0, 0, 0, 0]),
  teacherMap: ramp(0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
  maps: {
    student: ramp(9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
    gaussian: ramp(0, 9, 8, 7, 6, 5, 4, 3, 2, 1),
  },
};
const options = { classify, grid, meanColour, seed: 0 };

Deno.test("faithfulnessOf() follows the teacher's own class while patches go", async () => {
  const { deletion } = await faithfulnessOf(photo, options);
  assert.deepEqual(Object.keys(deletion), ["teacher", "student", "gaussian", "random"]);
  near(deletion.teacher, [1, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  near(deletion.student, [1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0]);
  near(deletion.gaussian, [1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0]);
});

Deno.test("faithfulnessOf() follows it while patches come back to a blurred photo", async () => {
  // stripes of which no pixel keeps its value where they are blurred
  const side = 224;
  const data = Uint8Array.from(
    { length: side * side * 3 },
    (_, i) => Math.floor(i / 3 / side) % 2 ? 255 : 0,
  );
  const striped = { width: side, height: side, data };
  const stripes = (images: readonly RgbImage[]) =>
    Promise.resolve(images.map(({ data }) => {
      const sharp = data.filter((value) => value === 0 || value === 255).length / data.length;
      return Float32Array.of(sharp, 1 - sharp);
    }));
  const curves = await faithfulnessOf({ ...photo, pixels: striped }, {
    ...options,
    classify: stripes,
    grid: [1, 10],
  });
  const { teacher } = curves.insertion;
  assert.equal(teacher.at(-1), 1);
  for (const [step, sharp] of teacher.entries()) {
    assert.ok(Math.abs(sharp - step / 10) < 0.01, `${teacher}`);
  }
});

Deno.test("faithfulnessOf() takes the class that is likeliest on the whole photo", async () => {
  const dark = { ...photo, pixels: row(new Array(10).fill(0)) };
  const { deletion } = await faithfulnessOf(dark, { ...options, meanColour: [1, 1, 1] });
  near(deletion.teacher, [1, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0]); // class 0: darkness, which goes
});

Deno.test("meanFaithfulness() averages, with areas by the trapezoidal rule", async () => {
  const curves = await faithfulnessOf(photo, options);
  const { insertion, deletion } = meanFaithfulness([curves, curves], { seed: 0 });
  near(deletion.byPredictor.teacher.points.map(({ x }) => x), [
    0,
    0.1,
    0.2,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.8,
    0.9,
    1,
  ]);
  const area = (name: string) => deletion.byPredictor[name].area.mean;
  near([area("teacher"), area("student"), area("gaussian")], [0.1, 0.9, 0.5]);
  assert.deepEqual([insertion.xTitle, deletion.xTitle], [
    "share of patches restored",
    "share of patches removed",
  ]);
});

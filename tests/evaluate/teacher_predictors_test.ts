import assert from "node:assert/strict";
import { degradedTeacher, mirroredTeacher } from "../../lib/evaluate/teacher_predictors.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import type { StudentDescription } from "../../lib/model/student_checkpoint.ts";
import type { Teacher } from "../../lib/teacher/teacher.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { assertClose } from "../support/numeric.ts";
import { filesObstacle, testWithFiles } from "../support/permissions.ts";
import { photos, workplace } from "./evaluation_support.ts";

const entry = { name: "teacher", title: "teacher", kind: "baseline" } as const;

/** A photo of 32 × 48 pixels whose red rises from left to right, its green from top to bottom. */
function gradient(): RgbImage {
  const data = Uint8Array.from({ length: 32 * 48 * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return [pixel % 48 * 5, Math.floor(pixel / 48) * 7, 90][i % 3];
  });
  return { width: 48, height: 32, data };
}

/** Tells what it is shown, and finds the mean red of each of 2 × 3 patches. */
function fakeTeacher(description: StudentDescription) {
  const shown: RgbImage[] = [];
  const redOf = ({ data }: RgbImage) =>
    Array.from({ length: 6 }, (_, patch) => {
      const [top, left] = [Math.floor(patch / 3) * 16, patch % 3 * 16];
      let sum = 0;
      for (let y = top; y < top + 16; y++) {
        for (let x = left; x < left + 16; x++) sum += data[(y * 48 + x) * 3];
      }
      return sum;
    });
  const teacher: Teacher = {
    preprocessing: description.view,
    grid: [2, 3],
    maps: (images) => {
      shown.push(...images);
      return Promise.resolve(Float32Array.from(images.flatMap(redOf)));
    },
  };
  return { shown, teacher };
}

const batch = [{ path: photos[0][0], pixels: gradient() }, { path: "b", pixels: gradient() }];

if (filesObstacle) {
  testWithFiles("teacher predictors", () => {});
} else {
  testOnEveryBackend("mirroredTeacher() mirrors the photo, and the map back", async () => {
    await using place = await workplace();
    const { shown, teacher } = fakeTeacher(place.description);
    const maps = await mirroredTeacher(entry, { teacher }).predict(batch);
    assert.deepEqual([...shown[0].data.subarray(0, 6)], [47 * 5, 0, 90, 46 * 5, 0, 90]);
    assert.deepEqual([...shown[1].data.subarray(-3)], [0, 31 * 7, 90]);
    // what the teacher says of a patch lies where the patch is in the unmirrored photo: red rises
    const rising = [7.5, 23.5, 39.5].map((column) => Math.fround(column / 39.5));
    assert.deepEqual(
      maps,
      [[...rising, ...rising], [...rising, ...rising]].map((map) => Float32Array.from(map)),
    );
  }, { only: ["cpu"] });

  testOnEveryBackend("degradedTeacher() shows the teacher what the student sees", async () => {
    await using place = await workplace({ degradation: { strategy: "DOWNSIZE", factor: 16 } });
    const { description } = place;
    const { shown, teacher } = fakeTeacher(description);
    const predictor = degradedTeacher(entry, { teacher, description, seed: 0 });
    const [map] = await predictor.predict(batch);
    assert.equal(shown.length, 2);
    assert.deepEqual([shown[0].height, shown[0].width], [32, 48]);
    // 2 × 3 pixels are left, the means of the two in the middle of each patch; between them lines
    const red = [0, 8, 24, 40, 47].map((x) => shown[0].data[x * 3]);
    assertClose(red, [37.5, 40, 120, 197.5, 197.5], { tolerance: 0.5 });
    assert.equal(map.length, 6);
    assert.equal(Math.max(...map), 1);
  });

  testOnEveryBackend("degradedTeacher() hides the student's patches under grey", async () => {
    await using place = await workplace({ degradation: { strategy: "MAE", maskRatio: 0.75 } });
    const { description } = place;
    const { shown, teacher } = fakeTeacher(description);
    await degradedTeacher(entry, { teacher, description, seed: 0 }).predict(batch);
    const hidden = shown.map(({ data }) =>
      data.filter((value, i) => i % 3 === 2 && value === 128).length
    );
    assert.deepEqual(hidden, [18 * 64, 18 * 64]); // of 24 patches of 8 × 8 pixels
    assert.notDeepEqual(shown[0].data, shown[1].data, "each photo has a mask of its own");
  }, { only: ["cpu"] });
}

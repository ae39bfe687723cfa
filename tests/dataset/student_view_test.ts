import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { Degradation } from "../../lib/config/degradation.ts";
import { pixelate } from "../../lib/dataset/degrade.ts";
import {
  describeView,
  paintView,
  seenShareOf,
  type ViewedPhoto,
  viewPhotos,
} from "../../lib/dataset/student_view.ts";
import { describeNamedModel } from "../../lib/model/model_config_file.ts";
import { pixelTensor } from "../../lib/model/pixel_tensor.ts";
import type { StudentDescription } from "../../lib/model/student_checkpoint.ts";
import { Random } from "../../lib/random/random.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { normalise, unnormalised } from "../support/normalise.ts";
import { assertClose } from "../support/numeric.ts";

const viewSize = [224, 224] as const;

/** A student of deit_tiny's kind that was taught by a teacher of 224 pixels. */
function describe(
  degradation: Degradation,
  args?: Record<string, unknown>,
  imageSize: readonly [number, number] = viewSize,
): StudentDescription {
  const model = describeNamedModel("deit_tiny_patch16_224", args);
  return { model, grid: [14, 14], degradation, view: { ...model.preprocessing, imageSize } };
}

function drawPhotos(
  keys: readonly (string | number)[],
  [height, width]: readonly [number, number] = viewSize,
): ViewedPhoto[] {
  return keys.map((key) => {
    const random = Random.from("photo", key);
    const data = Uint8Array.from({ length: height * width * 3 }, () => random.integer(0, 256));
    return { data, maskKey: [key] };
  });
}

function unitTensor(photos: ViewedPhoto[], imageSize = viewSize): tf.Tensor4D {
  return pixelTensor(photos.map(({ data }) => data), { ...unnormalised, imageSize });
}

testOnEveryBackend("viewPhotos() pixelates and normalises for DOWNSIZE", async () => {
  const description = describe({ strategy: "DOWNSIZE", factor: 5 });
  const photos = drawPhotos(["a", "b"]);
  const { images, visible } = viewPhotos(photos, description);
  const expected = tf.tidy(() =>
    normalise(pixelate(unitTensor(photos), 5), description.model.preprocessing)
  );
  assert.equal(visible, undefined);
  assert.deepEqual(images.shape, [2, 224, 224, 3]);
  assertClose(await images.data(), await expected.data(), { tolerance: 1e-6 });
  tf.dispose([images, expected]);
});

testOnEveryBackend("viewPhotos() leaves the small image to a student built for it", async () => {
  const description = describe({ strategy: "DOWNSIZE", factor: 5 }, {
    img_size: 44,
    patch_size: 4,
  });
  const photos = drawPhotos(["a"]);
  const { images } = viewPhotos(photos, description);
  const expected = tf.tidy(() => {
    const small = tf.image.resizeBilinear(unitTensor(photos), [44, 44], false, true);
    return normalise(small, description.model.preprocessing);
  });
  assert.deepEqual(images.shape, [1, 44, 44, 3]);
  assertClose(await images.data(), await expected.data(), { tolerance: 1e-6 });
  tf.dispose([images, expected]);
});

testOnEveryBackend("viewPhotos() pixelates to the student's own size where it differs", () => {
  const description = describe({ strategy: "DOWNSIZE", factor: 5 }, { img_size: [96, 112] });
  const { images } = viewPhotos(drawPhotos(["a"]), description);
  assert.deepEqual(images.shape, [1, 96, 112, 3]);
  images.dispose();
}, { only: ["cpu"] });

testOnEveryBackend("viewPhotos() takes augmented photos, numbers from 0 to 1", async () => {
  const description = describe({ strategy: "DOWNSIZE", factor: 5 });
  const [photo] = drawPhotos(["a"]);
  const unit = Float32Array.from(photo.data, (byte) => byte / 255);
  const fromBytes = viewPhotos([photo], description);
  const fromNumbers = viewPhotos([{ ...photo, data: unit }], description);
  assertClose(await fromNumbers.images.data(), await fromBytes.images.data(), { tolerance: 1e-5 });
  tf.dispose([fromBytes.images, fromNumbers.images]);
}, { only: ["cpu"] });

testOnEveryBackend("viewPhotos() draws a mask per photo for MAE, from its key alone", async () => {
  const description = describe({ strategy: "MAE", maskRatio: 0.75 });
  const photos = drawPhotos(["a", "b", "a"]);
  const { images, visible } = viewPhotos(photos, description);
  const expected = tf.tidy(() => normalise(unitTensor(photos), description.model.preprocessing));
  assert.deepEqual(visible!.shape, [3, 49]);
  assert.equal(visible!.dtype, "int32");
  assertClose(await images.data(), await expected.data(), { tolerance: 1e-5 });
  const [first, second, third] = await visible!.array();
  assert.deepEqual(third, first, "equal keys hide the same");
  assert.notDeepEqual(second, first, "other keys hide others");
  for (const row of [first, second]) {
    assert.equal(new Set(row).size, 49);
    assert(row.every((patch) => patch >= 0 && patch < 196));
  }
  tf.dispose([images, visible!, expected]);
});

testOnEveryBackend("viewPhotos() tells parts of a mask's key apart", async () => {
  const description = describe({ strategy: "MAE", maskRatio: 0.5 });
  const [{ data }] = drawPhotos(["a"]);
  const keys = [["a", 1], ["a", 2], ["b", 1], ["a1"], [1, "a"]];
  const { images, visible } = viewPhotos(
    keys.map((maskKey) => ({ data, maskKey })),
    description,
  );
  const masks = (await visible!.array()).map((row) => row.join());
  assert.equal(new Set(masks).size, keys.length);
  tf.dispose([images, visible!]);
}, { only: ["cpu"] });

const partialSize = [50, 41] as const; // 3×2 patches of 16, and pixels beyond them
for (const imageSize of [[64, 48], partialSize] as const) {
  testOnEveryBackend(`paintView() greys what viewPhotos() hides of ${imageSize}`, async () => {
    const description = describe({ strategy: "MAE", maskRatio: 0.5 }, {
      img_size: [...imageSize],
    }, imageSize);
    const [photo] = drawPhotos(["a"], imageSize);
    const { images, visible } = viewPhotos([photo], description);
    const shown = new Set(await visible!.data());
    tf.dispose([images, visible!]);
    const painted = await paintView(photo, description);
    const [height, width] = imageSize;
    assert.deepEqual([painted.height, painted.width], [height, width]);
    const [rows, columns] = [Math.floor(height / 16), Math.floor(width / 16)];
    for (let at = 0; at < painted.data.length; at++) {
      const [y, x] = [Math.floor(at / (width * 3)), Math.floor(at / 3) % width];
      const [row, column] = [Math.floor(y / 16), Math.floor(x / 16)];
      const isShown = row < rows && column < columns && shown.has(row * columns + column);
      assert.equal(painted.data[at], isShown ? photo.data[at] : 128, `y ${y}, x ${x}`);
    }
  }, { only: ["cpu"] });
}

testOnEveryBackend("paintView() shows the small image to a student built for it", async () => {
  const description = describe({ strategy: "DOWNSIZE", factor: 5 }, {
    img_size: 44,
    patch_size: 4,
  });
  const photos = drawPhotos(["a"]);
  const painted = await paintView(photos[0], description);
  const small = tf.tidy(() =>
    tf.image.resizeBilinear(unitTensor(photos), [44, 44], false, true).mul(255)
  );
  assert.deepEqual([painted.height, painted.width], [44, 44]);
  assertClose(painted.data, await small.data(), { tolerance: 0.51 }); // rounded to whole greys
  small.dispose();
});

Deno.test("describeView() says what a student sees", () => {
  const downsize: Degradation = { strategy: "DOWNSIZE", factor: 5 };
  assert.equal(describeView(describe(downsize)), "44×44 pixels of 224×224");
  const mae: Degradation = { strategy: "MAE", maskRatio: 0.75 };
  assert.equal(describeView(describe(mae)), "49 of 196 patches");
});

Deno.test("seenShareOf() is the share of pixels or patches that is left", () => {
  const shareOf = (degradation: Degradation) => seenShareOf(describe(degradation));
  assert.equal(shareOf({ strategy: "DOWNSIZE", factor: 1 }), 1);
  assert.equal(shareOf({ strategy: "DOWNSIZE", factor: 5 }), 44 ** 2 / 224 ** 2);
  assert.equal(shareOf({ strategy: "MAE", maskRatio: 0.75 }), 0.25);
  assert.equal(shareOf({ strategy: "MAE", maskRatio: 0.9 }), 19 / 196); // 19.6 are not 20
});

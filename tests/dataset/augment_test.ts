import assert from "node:assert/strict";
import { type Augmentation, sampleAugmentation } from "../../lib/dataset/augmentation.ts";
import { augmentJointly, type MappedImage, motionOf } from "../../lib/dataset/augment.ts";
import { jitterColours } from "../../lib/dataset/colour_jitter.ts";
import type { Quad } from "../../lib/dataset/homography.ts";
import { warp } from "../../lib/dataset/warp.ts";
import { Random } from "../../lib/random/random.ts";
import { describeWithFixtures } from "../support/fixtures.ts";
import { assertClose } from "../support/numeric.ts";
import { perspectivePixels, reference } from "./reference.ts";

const still: Augmentation = {
  flipHorizontal: false,
  flipVertical: false,
  rotationDegrees: 0,
  perspective: null,
  colour: {
    brightness: 1,
    contrast: 1,
    saturation: 1,
    hue: 0,
    order: ["brightness", "contrast", "saturation", "hue"],
  },
  translate: [0, 0],
};

Deno.test("augmentJointly() moves a map that is an image exactly as it moves the image", () => {
  const random = Random.from("map is image");
  for (let draw = 0; draw < 60; draw++) {
    const [height, width] = [9 + draw % 8, 14];
    const map = Float32Array.from({ length: height * width }, () => random.uniform());
    const image = Float32Array.from({ length: 3 * map.length }, (_, i) => map[Math.floor(i / 3)]);
    const augmentation = { ...sampleAugmentation(random, { height, width }), colour: still.colour };
    const moved = augmentJointly(
      { image, height, width, map, gridHeight: height, gridWidth: width },
      augmentation,
    );
    const greatest = moved.image.reduce((a, b) => Math.max(a, b));
    const fromImage = moved.image.filter((_, i) => i % 3 === 1).map((value) => value / greatest);
    assertClose(moved.map, fromImage, { tolerance: 2e-6 });
  }
});

Deno.test("augmentJointly() moves a coarse map as it moves the fine image it was pooled from", () => {
  const random = Random.from("pooled");
  const patch = 8;
  for (let draw = 0; draw < 30; draw++) {
    const [gridHeight, gridWidth] = [[14, 14], [12, 18]][draw % 2];
    const [height, width] = [gridHeight * patch, gridWidth * patch];
    const image = smoothPicture(random, { height, width });
    const map = pool(image, { height, width, patch });
    const augmentation = { ...sampleAugmentation(random, { height, width }), colour: still.colour };
    const moved = augmentJointly(
      { image, height, width, map, gridHeight, gridWidth },
      augmentation,
    );
    const pooled = pool(moved.image, { height, width, patch });
    const greatest = pooled.reduce((a, b) => Math.max(a, b));
    const differences = pooled.map((value, i) => Math.abs(value / greatest - moved.map[i]));
    const mean = differences.reduce((a, b) => a + b) / differences.length;
    assert.ok(mean < 0.02, `draw ${draw}: ${mean}`);
  }
});

describeWithFixtures("augmentJointly() moves as torchvision does", () => {
  const { data: image, height, width } = reference("input");
  const { data: map, height: gridHeight, width: gridWidth } = reference("map");
  const pair = { image, height, width, map, gridHeight, gridWidth };

  Deno.test("augmentJointly() rotates as torchvision does", () => {
    const moved = augmentJointly(pair, { ...still, rotationDegrees: 37 });
    assertClose(moved.image, reference("rotate.37.0.bilinear").data, { tolerance: 2e-5 });
    const expected = reference("map.rotate.37.0.bilinear").data;
    const greatest = expected.reduce((a, b) => Math.max(a, b));
    assertClose(moved.map, expected.map((value) => value / greatest), { tolerance: 2e-5 });
  });

  Deno.test("augmentJointly() distorts as torchvision does", () => {
    const inSides = (points: Quad) => points.map(([x, y]) => [x / 64, y / 64]) as unknown as Quad;
    const { startpoints, endpoints } = perspectivePixels();
    const perspective = { startpoints: inSides(startpoints), endpoints: inSides(endpoints) };
    const moved = augmentJointly(pair, { ...still, perspective });
    assertClose(moved.image, reference("perspective.bilinear").data, { tolerance: 2e-5 });
  });
});

Deno.test("augmentJointly() makes its steps in order, each as it does alone", () => {
  const steps: Partial<Augmentation>[] = [
    { flipHorizontal: true },
    { flipVertical: true },
    { rotationDegrees: 90 },
    { translate: [4 / 64, -8 / 64] },
  ];
  // Whole pixels and quarter turns: resampling four times loses nothing.
  const stepwise = steps.reduce<MappedImage>(
    (pair, step) => ({ ...pair, ...augmentJointly(pair, { ...still, ...step }) }),
    noisyPair(),
  );
  const atOnce = augmentJointly(noisyPair(), Object.assign({}, still, ...steps));
  assertClose(atOnce.image, stepwise.image, { tolerance: 1e-6 });
});

Deno.test("augmentJointly() flipped twice gives image and map back", () => {
  const pair = noisyPair();
  for (const flip of ["flipHorizontal", "flipVertical"]) {
    const once = augmentJointly(pair, { ...still, [flip]: true });
    const twice = augmentJointly({ ...pair, ...once }, { ...still, [flip]: true });
    assert.notDeepEqual(once.image, pair.image);
    assertClose(twice.image, pair.image, { tolerance: 1e-6 });
    const unmoved = augmentJointly(pair, still);
    assertClose(twice.map, unmoved.map, { tolerance: 1e-6 });
  }
});

Deno.test("augmentJointly() turned there and back keeps the middle of the picture", () => {
  const [height, width] = [80, 80];
  const image = smoothPicture(Random.from("turn"), { height, width });
  const map = new Float32Array(100);
  const pair = { image, height, width, map, gridHeight: 10, gridWidth: 10 };
  for (const degrees of [10, 45, 80]) {
    const turned = augmentJointly(pair, { ...still, rotationDegrees: degrees });
    const back = augmentJointly({ ...pair, ...turned }, { ...still, rotationDegrees: -degrees });
    const inMiddle = (_: number, i: number) =>
      Math.hypot(Math.floor(i / 3) % width - 39.5, Math.floor(i / 3 / width) - 39.5) < 38;
    assertClose(back.image.filter(inMiddle), image.filter(inMiddle), { tolerance: 0.01 });
  }
});

Deno.test("augmentJointly() colours the moved photo, its new black included, and not the map", () => {
  const pair = noisyPair();
  const random = Random.from("colours");
  for (let draw = 0; draw < 5; draw++) {
    const augmentation = sampleAugmentation(random, pair);
    const motion = motionOf(augmentation, pair);
    const expected = warp({ ...pair, data: pair.image, channels: 3 }, motion);
    jitterColours(expected, augmentation.colour);
    const { image, map } = augmentJointly(pair, augmentation);
    assert.deepEqual(image, expected);
    assert.deepEqual(map, augmentJointly(pair, { ...augmentation, colour: still.colour }).map);
  }
});

Deno.test("augmentJointly() brings bytes to 0…1 and leaves its inputs alone", () => {
  const image = Uint8Array.from({ length: 6 * 5 * 3 }, (_, i) => i * 41 % 256);
  const map = Float32Array.of(0, 1, 2, 4);
  const pair = { image, height: 6, width: 5, map, gridHeight: 2, gridWidth: 2 };
  const copies = [image.slice(), map.slice()];
  const augmentation = sampleAugmentation(Random.from("bytes"), pair);
  const fromBytes = augmentJointly(pair, augmentation);
  assert.deepEqual([image, map], copies);
  const floats = Float32Array.from(image, (value) => value / 255);
  const fromFloats = augmentJointly({ ...pair, image: floats }, augmentation);
  assertClose(fromBytes.image, fromFloats.image, { tolerance: 1e-5 });
  assert.deepEqual([...augmentJointly(pair, still).map], [0, 0.25, 0.5, 1]);
});

Deno.test("augmentJointly() leaves an all-zero map zero", () => {
  const pair = { ...noisyPair(), map: new Float32Array(196) };
  const { map } = augmentJointly(pair, { ...still, rotationDegrees: 30 });
  assert.deepEqual(map, new Float32Array(196));
});

Deno.test("augmentJointly() refuses a map that does not fill its grid", () => {
  const pair = { ...noisyPair(), gridWidth: 15 };
  assert.throws(() => augmentJointly(pair, still), {
    name: "TypeError",
    message: "Cannot warp: data holds 196 samples, expected 14×15×1 = 210",
  });
});

function noisyPair(): MappedImage {
  const random = Random.from("noise");
  const noise = (length: number) => Float32Array.from({ length }, () => random.uniform());
  return {
    ...{ image: noise(64 * 64 * 3), height: 64, width: 64 },
    ...{ map: noise(14 * 14), gridHeight: 14, gridWidth: 14 },
  };
}

/** A few soft spots on black, equal in all channels. */
function smoothPicture(
  random: Random,
  { height, width }: { height: number; width: number },
): Float32Array {
  const spots = Array.from({ length: 4 }, () => ({
    row: random.uniform(0.2, 0.8) * height,
    column: random.uniform(0.2, 0.8) * width,
    radius: random.uniform(0.15, 0.3) * Math.min(height, width),
    weight: random.uniform(0.1, 0.25),
  }));
  return Float32Array.from({ length: height * width * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return spots.reduce((sum, { row, column, radius, weight }) => {
      return sum + weight * Math.exp(-((y - row) ** 2 + (x - column) ** 2) / radius ** 2);
    }, 0);
  });
}

/** The mean of each patch of the first channel: a map of the picture. */
function pool(
  image: Float32Array,
  { height, width, patch }: { height: number; width: number; patch: number },
): Float32Array {
  const gridWidth = width / patch;
  const map = new Float32Array(height / patch * gridWidth);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const cell = Math.floor(row / patch) * gridWidth + Math.floor(column / patch);
      map[cell] += image[(row * width + column) * 3] / patch ** 2;
    }
  }
  return map;
}

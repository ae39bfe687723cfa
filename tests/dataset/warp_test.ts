import assert from "node:assert/strict";
import {
  type Homography,
  horizontalFlip,
  perspective,
  type Quad,
  rotation,
  translation,
  verticalFlip,
} from "../../lib/dataset/homography.ts";
import { type Raster, warp } from "../../lib/dataset/warp.ts";
import { describeWithFixtures } from "../support/fixtures.ts";
import { assertClose } from "../support/numeric.ts";
import { perspectivePixels, reference, referenceKeys } from "./reference.ts";

/** Pixels of the reference that lie halfway between two source pixels, where float32 decides. */
const knownTies: Record<string, number> = { "map.perspective.nearest": 1 };

describeWithFixtures("warp() moves as torchvision does", () => {
  const keys = referenceKeys().filter((key) => /flip|rotate|perspective|translate/.test(key));

  Deno.test("the reference holds every motion for the picture and the map", () => {
    assert.equal(keys.length, 22);
  });

  for (const key of keys) {
    Deno.test(`warp() moves as torchvision does: ${key}`, () => {
      if (key.endsWith("nearest")) return assertEqualButTies(key);
      const moved = warp(sourceOf(key), motionNamed(key));
      assertClose(moved, reference(key).data, { tolerance: 2e-5 });
    });
  }

  Deno.test("warp() gives the picture back, unmoved, under the identity", () => {
    const source = reference("input");
    assert.deepEqual(warp(source, [1, 0, 0, 0, 1, 0, 0, 0, 1]), source.data);
  });
});

Deno.test("warp() reads uint8 as it reads float32", () => {
  const bytes = Uint8Array.from({ length: 5 * 4 * 3 }, (_, i) => i * 37 % 256);
  const raster = { height: 5, width: 4, channels: 3 };
  const homography = rotation(20, raster);
  assert.deepEqual(
    warp({ data: bytes, ...raster }, homography),
    warp({ data: Float32Array.from(bytes), ...raster }, homography),
  );
});

Deno.test("warp() weighs neighbours outside as zero", () => {
  const source = { data: new Float32Array(4).fill(1), height: 2, width: 2, channels: 1 };
  const moved = warp(source, translation(0.125, 0)); // a quarter of a pixel to the right
  assert.deepEqual([...moved], [0.75, 1, 0.75, 1]);
});

Deno.test("warp() rounds halves to the even pixel", () => {
  const source = { data: Float32Array.of(1, 2, 3, 4), height: 1, width: 4, channels: 1 };
  const moved = warp(source, translation(0.125, 0), { interpolation: "nearest" });
  assert.deepEqual([...moved], [1, 1, 3, 3]); // sources −½, ½, 1½, 2½ → 0, 0, 2, 2
});

Deno.test("warp() leaves zero where the plane's horizon is", () => {
  const source = { data: new Float32Array(9).fill(1), height: 3, width: 3, channels: 1 };
  const moved = warp(source, [1, 0, 0, 0, 1, 0, 1, 0, -0.5]); // depth 0 in the middle column
  assert.deepEqual([moved[1], moved[4], moved[7]], [0, 0, 0]);
});

Deno.test("warp() refuses data that do not fill the raster", () => {
  const source = { data: new Float32Array(11), height: 2, width: 2, channels: 3 };
  assert.throws(() => warp(source, horizontalFlip), {
    name: "TypeError",
    message: "Cannot warp: data holds 11 samples, expected 2×2×3 = 12",
  });
});

function assertEqualButTies(key: string): void {
  const source = sourceOf(key);
  const homography = motionNamed(key);
  const moved = warp(source, homography, { interpolation: "nearest" });
  const expected = reference(key).data;
  const differing = new Set<number>();
  moved.forEach((value, i) => {
    if (value !== expected[i]) differing.add(Math.floor(i / source.channels));
  });
  for (const pixel of differing) assert.ok(isTie(pixel, source, homography));
  assert.equal(differing.size, knownTies[key] ?? 0);
}

function sourceOf(key: string): Raster {
  return reference(key.startsWith("map.") ? "map" : "input");
}

function motionNamed(key: string): Homography {
  const isMap = key.startsWith("map.");
  const [name, ...numbers] = key.replace("map.", "").split(".");
  const { width, height } = sourceOf(key);
  const inSides = (quad: Quad) => quad.map(([x, y]) => [x / width, y / height]) as unknown as Quad;
  const { startpoints, endpoints, map_startpoints, map_endpoints } = perspectivePixels();
  switch (name) {
    case "hflip":
      return horizontalFlip;
    case "vflip":
      return verticalFlip;
    case "rotate":
      return rotation(Number(numbers[0]), { width, height });
    case "translate":
      return translation(Number(numbers[0]) / width, Number(numbers[1]) / height);
    default:
      return isMap
        ? perspective(inSides(map_startpoints), inSides(map_endpoints))
        : perspective(inSides(startpoints), inSides(endpoints));
  }
}

function isTie(pixel: number, { width, height }: Raster, homography: Homography): boolean {
  const x = (pixel % width + 0.5) / width;
  const y = (Math.floor(pixel / width) + 0.5) / height;
  const [u, v, w] = [0, 3, 6].map((row) =>
    homography[row] * x + homography[row + 1] * y + homography[row + 2]
  );
  return [u / w * width, v / w * height].some((edge) => Math.abs(edge - Math.round(edge)) < 1e-4);
}

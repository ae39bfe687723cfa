import assert from "node:assert/strict";
import { nextGlimpses } from "../../lib/glimpses/next_glimpses.ts";
import { Random } from "../../lib/random/random.ts";

/** Shares are sums of float64: 1 − 0.9 is not 0.1. */
const round = (value: number) => Math.round(value * 1e6) / 1e6;

// 3×4 patches whose values add up to 20
const map = Float32Array.of(1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 0, 5);
const options = { grid: [3, 4] as const, count: 3, imageSize: [30, 40] as const };

Deno.test("nextGlimpses() takes the highest patches, of equal ones the first", () => {
  assert.deepEqual(nextGlimpses(map, options), [
    { patches: [8], box: [20, 0, 30, 10], mass: 0.25 },
    { patches: [11], box: [20, 30, 30, 40], mass: 0.25 },
    { patches: [6], box: [10, 20, 20, 30], mass: 0.2 },
  ]);
});

Deno.test("nextGlimpses() takes windows that do not overlap", () => {
  // 2×2 windows hold 4 6 6 / 8 4 9 / 5 0 5, by their top left patch; once the 9 and the 8 are taken, every
  // other one shares a patch with them
  const small = Float32Array.of(1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 0, 5, 0, 0, 0, 0);
  const glimpses = nextGlimpses(small, { grid: [4, 4], count: 9, size: 2, imageSize: [8, 8] });
  assert.deepEqual(
    glimpses.map(({ patches, box, mass }) => [patches, box, mass]),
    [
      [[6, 7, 10, 11], [2, 4, 6, 8], 0.45], // 4 + 0 + 0 + 5
      [[4, 5, 8, 9], [2, 0, 6, 4], 0.4], // 3 + 5
    ],
  );
});

Deno.test("nextGlimpses() counts what overlapping windows share once", () => {
  const row = Float32Array.of(4, 4, 3, 1, 0, 0, 0, 0);
  const wanted = { grid: [2, 4] as const, count: 9, size: 2, imageSize: [2, 4] as const };
  const take = (allowOverlap: boolean) =>
    nextGlimpses(row, { ...wanted, allowOverlap }).map(({ patches, mass }) => [
      patches[0],
      round(mass),
    ]);
  assert.deepEqual(take(true), [[0, 0.666667], [2, 0.333333]]);
  // the middle window holds 4 + 4; after it, the ends share a patch with it
  const middle = Float32Array.of(1, 4, 4, 2, 0, 0, 0, 0);
  const overlapping = nextGlimpses(middle, { ...wanted, allowOverlap: true });
  assert.deepEqual(overlapping.map(({ patches, mass }) => [patches[0], round(mass)]), [
    [1, 0.727273],
    [2, 0.181818],
    [0, 0.090909],
  ]);
  assert.deepEqual(nextGlimpses(middle, wanted).map(({ patches }) => patches[0]), [1]);
});

Deno.test("nextGlimpses() does not count what was seen", () => {
  const seen = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1);
  const glimpses = nextGlimpses(map, { ...options, seen });
  assert.deepEqual(glimpses.map(({ patches, mass }) => [...patches, round(mass)]), [
    [6, 0.2],
    [4, 0.15],
    [2, 0.1],
  ]);
  const asBooleans = [...seen].map((it) => it === 1);
  assert.deepEqual(nextGlimpses(map, { ...options, seen: asBooleans }), glimpses);
});

Deno.test("nextGlimpses() may look at seen patches beside new ones", () => {
  const seen = [false, true, true, true, true, true];
  const wide = Float32Array.of(1, 9, 9, 0, 0, 0);
  const wanted = { grid: [2, 3] as const, count: 5, size: 2, seen, imageSize: [2, 3] as const };
  assert.deepEqual(nextGlimpses(wide, wanted), [
    { patches: [0, 1, 3, 4], box: [0, 0, 2, 2], mass: 1 / 19 },
  ]);
});

Deno.test("nextGlimpses() gives none where everything was seen, and all there are otherwise", () => {
  assert.deepEqual(nextGlimpses(map, { ...options, seen: new Array(12).fill(true) }), []);
  const all = nextGlimpses(map, { ...options, count: 100 });
  assert.deepEqual(all.map(({ patches: [patch] }) => patch), [
    8,
    11,
    6,
    4,
    2,
    0,
    1,
    3,
    5,
    7,
    9,
    10,
  ]);
  assert.equal(round(all.reduce((sum, { mass }) => sum + mass, 0)), 1);
});

Deno.test("nextGlimpses() goes through an all-zero map row by row", () => {
  const glimpses = nextGlimpses(new Float32Array(12), options);
  assert.deepEqual(glimpses.map(({ patches: [patch], mass }) => [patch, mass]), [
    [0, 0],
    [1, 0],
    [2, 0],
  ]);
});

Deno.test("nextGlimpses() gives boxes that tile an image which the grid does not divide", () => {
  const wanted = { grid: [3, 3] as const, count: 9, imageSize: [10, 20] as const };
  const boxes = nextGlimpses(new Float32Array(9), wanted).map(({ box }) => box);
  assert.deepEqual(boxes.slice(0, 3), [[0, 0, 3, 7], [0, 7, 3, 13], [0, 13, 3, 20]]);
  const area = boxes.reduce((sum, [y0, x0, y1, x1]) => sum + (y1 - y0) * (x1 - x0), 0);
  assert.equal(area, 200);
});

Deno.test("nextGlimpses() never takes less first, nor a patch twice", () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = Random.from("glimpses", seed);
    const grid = [random.integer(3, 9), random.integer(3, 9)] as const;
    const values = Float32Array.from({ length: grid[0] * grid[1] }, () => random.uniform());
    const size = random.integer(1, 4);
    const glimpses = nextGlimpses(values, { grid, count: 99, size, imageSize: [64, 64] });
    const masses = glimpses.map(({ mass }) => mass);
    assert.deepEqual(masses, masses.toSorted((a, b) => b - a), `seed ${seed}`);
    const patches = glimpses.flatMap(({ patches }) => patches);
    assert.equal(new Set(patches).size, glimpses.length * size ** 2, `seed ${seed}`);
  }
});

Deno.test("nextGlimpses() refuses maps that do not fill the grid", () => {
  assert.throws(() => nextGlimpses(map, { ...options, grid: [4, 4] }), {
    name: "TypeError",
    message: "Cannot choose glimpses: the map has 12 patches, expected 4·4 = 16",
  });
  assert.throws(() => nextGlimpses(map, { ...options, seen: [true] }), {
    name: "TypeError",
    message: "Cannot choose glimpses: seen has 1 patches, expected 3·4 = 12",
  });
});

Deno.test("nextGlimpses() refuses impossible sizes, counts and values", () => {
  const refused = [
    { size: 4, message: /size is 4, expected a whole number from 1 to 3, as the grid is 3×4/ },
    { size: 0, message: /size is 0/ },
    { size: 1.5, message: /size is 1\.5/ },
    { count: 0, message: /count is 0, expected a positive integer/ },
    { imageSize: [0, 4] as const, message: /imageSize is 0×4, expected positive integers/ },
  ];
  for (const { message, ...wrong } of refused) {
    assert.throws(() => nextGlimpses(map, { ...options, ...wrong }), {
      name: "RangeError",
      message,
    });
  }
  for (const value of [NaN, -1, Infinity]) {
    assert.throws(() => nextGlimpses(map.with(3, value), options), {
      name: "RangeError",
      message:
        `Cannot choose glimpses: the map has a value of ${value}, expected finite ones from 0 on`,
    });
  }
});

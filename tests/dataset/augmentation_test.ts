import assert from "node:assert/strict";
import { type Augmentation, sampleAugmentation } from "../../lib/dataset/augmentation.ts";
import { Random } from "../../lib/random/random.ts";

const size = { height: 96, width: 225 };
const draws = Array.from(
  { length: 4000 },
  (_, draw) => sampleAugmentation(Random.from("augmentation", draw), size),
);

Deno.test("sampleAugmentation() depends on its stream alone and survives JSON", () => {
  const again = sampleAugmentation(Random.from("augmentation", 7), size);
  assert.deepEqual(again, draws[7]);
  assert.deepEqual(JSON.parse(JSON.stringify(draws[7])), draws[7]);
});

Deno.test("sampleAugmentation() flips, and distorts, half of the time each", () => {
  const shares: Record<string, (augmentation: Augmentation) => boolean> = {
    flipHorizontal: (augmentation) => augmentation.flipHorizontal,
    flipVertical: (augmentation) => augmentation.flipVertical,
    perspective: (augmentation) => augmentation.perspective !== null,
    both: ({ flipHorizontal, flipVertical }) => flipHorizontal === flipVertical,
  };
  for (const [name, holds] of Object.entries(shares)) {
    const share = draws.filter(holds).length / draws.length;
    assert.ok(Math.abs(share - 0.5) < 0.035, `${name}: ${share}`); // 4.4 standard deviations
  }
});

Deno.test("sampleAugmentation() spreads angles, factors and shifts over their whole ranges", () => {
  const ranges: [(augmentation: Augmentation) => number, number, number][] = [
    [(augmentation) => augmentation.rotationDegrees, -90, 90],
    [(augmentation) => augmentation.colour.brightness, 0.5, 1.5],
    [(augmentation) => augmentation.colour.contrast, 0.5, 1.5],
    [(augmentation) => augmentation.colour.saturation, 0.5, 1.5],
    [(augmentation) => augmentation.colour.hue, -0.5, 0.5],
    [(augmentation) => augmentation.translate[0], -0.1, 0.1],
    [(augmentation) => augmentation.translate[1], -0.105, 0.105], // 9.6 rounds to 10 of 96 pixels
  ];
  for (const [valueOf, low, high] of ranges) {
    const values = draws.map(valueOf);
    const [least, greatest] = [Math.min(...values), Math.max(...values)];
    const margin = 0.02 * (high - low);
    assert.ok(least >= low && least < low + margin, `${valueOf}: ${least}`);
    assert.ok(greatest <= high && greatest > high - margin, `${valueOf}: ${greatest}`);
    const mean = values.reduce((sum, value) => sum + value) / values.length;
    assert.ok(Math.abs(mean - (low + high) / 2) < 0.03 * (high - low), `${valueOf}: ${mean}`);
  }
});

Deno.test("sampleAugmentation() orders the colours in all 24 ways", () => {
  const orders = new Set(draws.map(({ colour }) => colour.order.join()));
  assert.equal(orders.size, 24);
  for (const { colour } of draws) assert.equal(new Set(colour.order).size, 4);
});

Deno.test("sampleAugmentation() moves each corner by whole pixels within its quarter", () => {
  const reach = [56, 24]; // ⌊½·⌊225/2⌋⌋ and ⌊½·⌊96/2⌋⌋
  const sides = [225, 96];
  const farthest = [0, 0];
  for (const { perspective } of draws) {
    perspective?.endpoints.forEach((point, corner) =>
      point.forEach((coordinate, axis) => {
        const moved = Math.abs(coordinate - perspective.startpoints[corner][axis]) * sides[axis];
        assert.ok(Math.abs(moved - Math.round(moved)) < 1e-9 && moved < reach[axis] + 1e-9);
        farthest[axis] = Math.max(farthest[axis], Math.round(moved));
      })
    );
  }
  assert.deepEqual(farthest, reach);
});

Deno.test("sampleAugmentation() keeps the start corners at the outermost pixels", () => {
  const perspective = draws.find((draw) => draw.perspective)!.perspective!;
  const inPixels = perspective.startpoints.map(([x, y]) => [x * 225, y * 96].map(Math.round));
  assert.deepEqual(inPixels, [[0, 0], [224, 0], [224, 95], [0, 95]]);
});

import assert from "node:assert/strict";
import { type Canvas, paintShape, shapes } from "../../lib/dataset/scene_shapes.ts";

const middle = { centre: [0.5, 0.5], radius: 0.4, angle: 0 } as const;
const paint = () => [1, 0.5, 0] as const;

for (const [name, shape] of Object.entries(shapes)) {
  Deno.test(`shapes.${name} fits the unit circle, touches it and fills a good part of it`, () => {
    let inside = 0;
    let reach = 0;
    for (let y = -1.2; y <= 1.2; y += 0.01) {
      for (let x = -1.2; x <= 1.2; x += 0.01) {
        if (!shape(x, y)) continue;
        inside++;
        reach = Math.max(reach, Math.hypot(x, y));
      }
    }
    assert.ok(reach <= 1.001 && reach > 0.98, `reaches ${reach}`);
    assert.ok(inside / 1e4 > 0.9, `area ${inside / 1e4}`); // the circle's is 3.14
  });
}

Deno.test("shapes of straight edges have the area of geometry", () => {
  const areaOf = (name: string) => {
    let inside = 0;
    for (let y = -0.995; y < 1; y += 0.01) {
      for (let x = -0.995; x < 1; x += 0.01) if (shapes[name](x, y)) inside++;
    }
    return inside / 1e4;
  };
  assert.ok(Math.abs(areaOf("square") - 2) < 0.02);
  assert.ok(Math.abs(areaOf("triangle") - 3 * Math.sqrt(3) / 4) < 0.02);
  assert.ok(Math.abs(areaOf("hexagon") - 3 * Math.sqrt(3) / 2) < 0.02);
  assert.ok(Math.abs(areaOf("star") - 5 * 0.45 * Math.sin(Math.PI / 5)) < 0.02);
});

Deno.test("paintShape() covers a disc's area, fully inside and in part along the edge", () => {
  const canvas = blank(40);
  const covered = paintShape(canvas, { ...middle, shape: shapes.disc }, { paint });
  const area = covered.reduce((sum, share) => sum + share);
  assert.ok(Math.abs(area - Math.PI * 16 ** 2) < 4, `${area}`);
  assert.equal(covered[20 * 40 + 20], 1);
  assert.equal(covered[0], 0);
  assert.ok(covered.some((share) => share > 0 && share < 1));
  for (let i = 0; i < covered.length; i++) {
    const expected = [covered[i], covered[i] / 2, 0];
    expected.forEach((value, channel) => {
      assert.ok(Math.abs(canvas.pixels[3 * i + channel] - value) < 1e-6);
    });
  }
});

Deno.test("paintShape() turns the shape", () => {
  const quarter = { ...middle, shape: shapes.triangle, angle: Math.PI / 2 };
  const turned = paintShape(blank(40), quarter, { paint });
  const straight = paintShape(blank(40), { ...quarter, angle: 0 }, { paint });
  // The triangle's tip points right at angle 0, down after a quarter turn.
  assert.deepEqual([straight[20 * 40 + 31], straight[31 * 40 + 20]], [1, 0]);
  assert.deepEqual([turned[20 * 40 + 31], turned[31 * 40 + 20]], [0, 1]);
});

Deno.test("paintShape() lets what lies beneath show through when not opaque", () => {
  const canvas = blank(10);
  canvas.pixels.fill(1);
  const black = () => [0, 0, 0] as const;
  paintShape(canvas, { ...middle, shape: shapes.square }, { paint: black, opacity: 0.25 });
  assert.equal(canvas.pixels[(5 * 10 + 5) * 3], 0.75);
  assert.equal(canvas.pixels[0], 1);
});

Deno.test("paintShape() cuts off what lies beyond the canvas", () => {
  const placed = { centre: [0, 0.5], radius: 0.3, angle: 0, shape: shapes.disc } as const;
  const covered = paintShape(blank(20), placed, { paint });
  const area = covered.reduce((sum, share) => sum + share);
  assert.ok(Math.abs(area - Math.PI * 6 ** 2 / 2) < 2, `${area}`);
});

function blank(size: number): Canvas {
  return { size, pixels: new Float32Array(size * size * 3) };
}

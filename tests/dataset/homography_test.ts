import assert from "node:assert/strict";
import {
  compose,
  type Homography,
  horizontalFlip,
  perspective,
  type Point,
  type Quad,
  rotation,
  translation,
  verticalFlip,
} from "../../lib/dataset/homography.ts";

const square = { height: 10, width: 10 };
const corners: Quad = [[0, 0], [1, 0], [1, 1], [0, 1]];

Deno.test("horizontalFlip and verticalFlip undo themselves", () => {
  for (const flip of [horizontalFlip, verticalFlip]) {
    assert.deepEqual(apply(compose(flip, flip), [0.2, 0.7]), [0.2, 0.7]);
  }
  assertNear(apply(compose(horizontalFlip, verticalFlip), [0.2, 0.7]), [0.8, 0.3]);
});

Deno.test("rotation() keeps the centre and turns counter-clockwise as seen", () => {
  assertNear(apply(rotation(37, square), [0.5, 0.5]), [0.5, 0.5]);
  // What the result shows at its top was at the right of the source.
  assertNear(apply(rotation(90, square), [0.5, 0]), [1, 0.5]);
});

Deno.test("rotation() keeps lengths in a picture that is wider than high", () => {
  const wide = { height: 100, width: 300 };
  const [x, y] = apply(rotation(90, wide), [0.5, 0]); // 50 pixels above the centre
  assertNear([x * 300, y * 100], [200, 50]);
});

Deno.test("rotation() by θ and −θ is no motion", () => {
  const there = rotation(23, { height: 30, width: 70 });
  const back = rotation(-23, { height: 30, width: 70 });
  assertNear(apply(compose(there, back), [0.9, 0.1]), [0.9, 0.1]);
});

Deno.test("translation() moves to the right and down", () => {
  assertNear(apply(translation(0.1, -0.2), [0.5, 0.5]), [0.4, 0.7]);
});

Deno.test("perspective() shows each start point at its end point", () => {
  const to: Quad = [[0.1, 0.05], [0.9, 0.2], [0.8, 0.95], [0, 0.75]];
  const from: Quad = [[0, 0.1], [0.95, 0], [1, 0.9], [0.2, 1]];
  const homography = perspective(from, to);
  to.forEach((point, i) => assertNear(apply(homography, point), from[i]));
});

Deno.test("perspective() of parallelograms stays affine", () => {
  const to: Quad = [[0.1, 0], [0.9, 0.1], [1, 0.9], [0.2, 0.8]];
  const homography = perspective(corners, to);
  assertNear(apply(homography, [0.55, 0.45]), [0.5, 0.5]); // centre to centre
});

Deno.test("compose() makes the first motion first", () => {
  const turnedThenMoved = compose(rotation(90, square), translation(0.25, 0));
  // Back from the result: undo the translation, then the turn.
  const beforeMove = apply(translation(0.25, 0), [0.75, 0.25]);
  assertNear(
    apply(turnedThenMoved, [0.75, 0.25]),
    apply(rotation(90, square), beforeMove),
  );
  assertNear(apply(compose(), [0.3, 0.6]), [0.3, 0.6]);
});

function apply(homography: Homography, [x, y]: Point): Point {
  const [u, v, w] = [0, 3, 6].map((row) =>
    homography[row] * x + homography[row + 1] * y + homography[row + 2]
  );
  return [u / w, v / w];
}

function assertNear(actual: Point, expected: Point): void {
  const distance = Math.hypot(actual[0] - expected[0], actual[1] - expected[1]);
  assert.ok(distance < 1e-12, `${actual} is not ${expected}`);
}

/**
 * The shapes of the sample scenes, and painting them without jagged edges.
 *
 * @module
 */

/** Whether a point lies inside; every shape fits the circle of radius 1 about (0, 0). */
export type Shape = (x: number, y: number) => boolean;

/** A square picture under the brush. */
export interface Canvas {
  /** Pixels along each side. */
  readonly size: number;
  /** Float32 `[size, size, 3]` from 0 to 1. */
  readonly pixels: Float32Array;
}

/** A shape at its place. */
export interface PlacedShape {
  /** The outline. */
  readonly shape: Shape;
  /** Centre, in sides of the canvas from its left and top edge. */
  readonly centre: readonly [x: number, y: number];
  /** Radius, in sides of the canvas. */
  readonly radius: number;
  /** Turn, in radians. */
  readonly angle: number;
}

/** Each pixel is tested at this many points along each side. */
const SUBSAMPLES = 3;

const disc: Shape = (x, y) => x * x + y * y <= 1;
const ring: Shape = (x, y) => disc(x, y) && !disc(x / 0.5, y / 0.5);
const crescent: Shape = (x, y) => disc(x, y) && !disc((x - 0.5) / 0.75, y / 0.75);
const cross: Shape = (x, y) =>
  Math.min(Math.abs(x), Math.abs(y)) <= 0.34 && Math.max(Math.abs(x), Math.abs(y)) <= 0.94;

/** The outlines a scene draws from, by name. */
export const shapes: Readonly<Record<string, Shape>> = {
  disc,
  ring,
  crescent,
  cross,
  triangle: regularPolygon(3),
  square: regularPolygon(4),
  hexagon: regularPolygon(6),
  star: star(5, 0.45),
  flower: (x, y) => Math.hypot(x, y) <= 0.78 + 0.22 * Math.cos(6 * Math.atan2(y, x)),
};

/**
 * Paints a shape over the canvas.
 *
 * @param style The colour as R, G, B from 0 to 1, by the point in radii from the shape's centre
 * before its turn; and how much of what lies beneath it hides, 1 unless said otherwise.
 * @returns How much of each pixel the shape covers, `[size, size]` from 0 to 1.
 */
export function paintShape(
  { size, pixels }: Canvas,
  placed: PlacedShape,
  { paint, opacity = 1 }: {
    paint: (x: number, y: number) => readonly [number, number, number];
    opacity?: number;
  },
): Float32Array {
  const { centre: [centreX, centreY], radius } = placed;
  const covered = new Float32Array(size * size);
  const [top, bottom] = pixelsAround(centreY, { radius, size });
  const [left, right] = pixelsAround(centreX, { radius, size });
  for (let row = top; row < bottom; row++) {
    const y = ((row + 0.5) / size - centreY) / radius;
    for (let column = left; column < right; column++) {
      const x = ((column + 0.5) / size - centreX) / radius;
      const pixel = row * size + column;
      covered[pixel] = coverage(placed, { x, y, step: 1 / (size * radius) });
      if (covered[pixel] === 0) continue;
      const colour = paint(x, y);
      for (let channel = 0; channel < 3; channel++) {
        const at = pixel * 3 + channel;
        pixels[at] += opacity * covered[pixel] * (colour[channel] - pixels[at]);
      }
    }
  }
  return covered;
}

/** First and last (excluded) pixel along one side that a shape may touch. */
function pixelsAround(
  centre: number,
  { radius, size }: { radius: number; size: number },
): [first: number, end: number] {
  return [
    Math.max(0, Math.floor((centre - radius) * size)),
    Math.min(size, Math.ceil((centre + radius) * size)),
  ];
}

/** The share of a pixel's sample points inside a shape: centre and side of the pixel in radii. */
function coverage(
  { shape, angle }: PlacedShape,
  { x, y, step }: { x: number; y: number; step: number },
): number {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  let inside = 0;
  for (let i = 0; i < SUBSAMPLES; i++) {
    const sampleY = y + ((i + 0.5) / SUBSAMPLES - 0.5) * step;
    for (let j = 0; j < SUBSAMPLES; j++) {
      const sampleX = x + ((j + 0.5) / SUBSAMPLES - 0.5) * step;
      if (shape(cosine * sampleX + sine * sampleY, cosine * sampleY - sine * sampleX)) inside++;
    }
  }
  return inside / SUBSAMPLES ** 2;
}

/** A star whose inner corners lie at radius `inner`: by symmetry, one side of one edge decides. */
function star(points: number, inner: number): Shape {
  const half = Math.PI / points;
  const [cornerX, cornerY] = [inner * Math.cos(half), inner * Math.sin(half)];
  return (x, y) => {
    const turn = Math.abs(Math.atan2(y, x)) % (2 * half);
    const folded = Math.min(turn, 2 * half - turn);
    const radius = Math.hypot(x, y);
    const [foldedX, foldedY] = [radius * Math.cos(folded), radius * Math.sin(folded)];
    return (foldedX - 1) * cornerY - foldedY * (cornerX - 1) <= 0;
  };
}

function regularPolygon(corners: number): Shape {
  return star(corners, Math.cos(Math.PI / corners));
}

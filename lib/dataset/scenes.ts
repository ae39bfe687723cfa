/**
 * Sample scenes: muted, textured backgrounds, a few small dim distractors, and one salient object
 * whose hue is the scene's label. They stand in for photos where none are at hand.
 *
 * @module
 */
import type { RgbImage } from "../image/rgb_image.ts";
import { Random } from "../random/random.ts";
import { writeHsv } from "./hsv.ts";
import { type Canvas, paintShape, type PlacedShape, shapes } from "./scene_shapes.ts";
import { sampleBackground } from "./scene_textures.ts";

/** Part of its class's share of the hue circle that a hue may take, so that classes stay apart. */
const HUE_JITTER = 0.6;
/** Distractors a scene has, from – to (excluded). */
const DISTRACTORS = [2, 5] as const;

/** Below this many pixels, distractors vanish between pixels. */
const SMALLEST_SIZE = 16;

/** How scenes look. */
export interface SceneOptions {
  /** Pixels along each side; 64 by default. */
  readonly size?: number;
  /** Classes that the circle of hues is cut into; 8 by default. */
  readonly hueClasses?: number;
}

/** A scene and what is known about it. */
export interface Scene {
  /** The picture. */
  readonly image: RgbImage;
  /** The hue class of the salient object, from 0 (red). */
  readonly label: number;
  /** Where the salient object is. */
  readonly object: SceneObject;
}

/** The place of a salient object. */
export interface SceneObject {
  /** `[size, size]`: 1 where at least half of a pixel is the object's, else 0. */
  readonly mask: Uint8Array;
  /** The smallest box around the mask, in pixels; its ends are excluded. */
  readonly box: readonly [top: number, left: number, bottom: number, right: number];
}

/**
 * Draws the scene with a number: the same for the same seed and number, whatever else is drawn.
 *
 * @param index From 0; equal numbers give equal scenes.
 * @returns The picture, and its one salient object.
 */
export function sceneAt(
  index: number,
  { seed, ...options }: SceneOptions & { seed: number },
): Scene {
  return generateScene(Random.from("scene", seed, index), options);
}

/**
 * Draws a scene from a stream of random numbers.
 *
 * @throws {RangeError} When the size is below 16 pixels, or there are fewer than two classes.
 */
export function generateScene(
  random: Random,
  { size = 64, hueClasses = 8 }: SceneOptions = {},
): Scene {
  requireWholeNumber(size, { name: "size", least: SMALLEST_SIZE });
  requireWholeNumber(hueClasses, { name: "hueClasses", least: 2 }); // distractors take another one
  const label = random.integer(0, hueClasses);
  const canvas = sampleBackground(random, size);
  const object = samplePlace(random, { radius: random.uniform(0.13, 0.25) });
  for (let left = random.integer(...DISTRACTORS); left > 0; left--) {
    const otherLabel = (label + random.integer(1, hueClasses)) % hueClasses;
    const hue = sampleHue(random, { label: otherLabel, hueClasses });
    const place = samplePlace(random, { radius: random.uniform(0.03, 0.06), apartFrom: object });
    const [saturation, value] = [random.uniform(0.4, 0.65), random.uniform(0.4, 0.65)];
    paintSolid(canvas, place, { hue, saturation, value });
  }
  const hue = sampleHue(random, { label, hueClasses });
  const [saturation, value] = [random.uniform(0.8, 1), random.uniform(0.85, 1)];
  const covered = paintSolid(canvas, object, { hue, saturation, value });
  return { image: toImage(canvas), label, object: locate(covered, size) };
}

function requireWholeNumber(
  value: number,
  { name, least }: { name: string; least: number },
): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(
    `Cannot draw a scene: ${name} is ${value}, expected a whole number from ${least}`,
  );
}

function sampleHue(
  random: Random,
  { label, hueClasses }: { label: number; hueClasses: number },
): number {
  return (label + HUE_JITTER * random.uniform(-0.5, 0.5)) / hueClasses;
}

/** Draws a shape and a place wholly inside the picture, clear of another shape if one is given. */
function samplePlace(
  random: Random,
  { radius, apartFrom }: { radius: number; apartFrom?: PlacedShape },
): PlacedShape {
  const shape = random.pick(Object.values(shapes));
  const angle = random.uniform(0, 2 * Math.PI);
  const coordinate = () => random.uniform(radius, 1 - radius);
  for (;;) {
    const centre = [coordinate(), coordinate()] as const;
    const isClear = !apartFrom ||
      Math.hypot(centre[0] - apartFrom.centre[0], centre[1] - apartFrom.centre[1]) >
        1.2 * (radius + apartFrom.radius);
    if (isClear) return { shape, centre, radius, angle };
  }
}

/** Paints a shape as a lit body: a soft shadow to the lower right, lighter at the upper left. */
function paintSolid(
  canvas: Canvas,
  placed: PlacedShape,
  { hue, saturation, value }: { hue: number; saturation: number; value: number },
): Float32Array {
  const [x, y] = placed.centre;
  const shift = 0.12 * placed.radius;
  const shadow = { ...placed, centre: [x + shift, y + shift] as const };
  paintShape(canvas, shadow, { paint: () => [0, 0, 0], opacity: 0.35 });
  const rgb: [number, number, number] = [0, 0, 0];
  return paintShape(canvas, placed, {
    paint: (x, y) => {
      writeHsv(rgb, { at: 0, hue, saturation, value: value * (0.9 - 0.1 * (x + y) / Math.SQRT2) });
      return rgb;
    },
  });
}

function toImage({ size, pixels }: Canvas): RgbImage {
  return {
    width: size,
    height: size,
    data: Uint8Array.from(pixels, (value) => Math.round(255 * value)),
  };
}

function locate(covered: Float32Array, size: number): SceneObject {
  const mask = Uint8Array.from(covered, (share) => share >= 0.5 ? 1 : 0);
  let [top, left, bottom, right] = [size, size, 0, 0];
  mask.forEach((inside, pixel) => {
    if (!inside) return;
    const [row, column] = [Math.floor(pixel / size), pixel % size];
    top = Math.min(top, row);
    left = Math.min(left, column);
    bottom = Math.max(bottom, row + 1);
    right = Math.max(right, column + 1);
  });
  return { mask, box: [top, left, bottom, right] };
}

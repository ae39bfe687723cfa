/**
 * The backgrounds of the sample scenes: muted, textured, and without an object.
 *
 * @module
 */
import type { Random } from "../random/random.ts";
import { writeHsv } from "./hsv.ts";
import type { Canvas } from "./scene_shapes.ts";

/** A pattern of the plane: brightness from 0 to 1 at (x, y) in sides of the picture. */
type Pattern = (x: number, y: number) => number;

/** Backgrounds stay below this saturation, objects above it. */
const MAX_SATURATION = 0.22;
/** Greatest change of a pixel by clouds over the pattern, and by grain. */
const CLOUD_STRENGTH = 0.16;
const GRAIN_STRENGTH = 0.03;

/** Draws a background: a pattern between two muted tones, veiled by clouds and grain. */
export function sampleBackground(random: Random, size: number): Canvas {
  const pattern = random.pick(patterns)(random);
  const veil = clouds(random);
  const [dark, light] = sampleTones(random);
  const pixels = new Float32Array(size * size * 3);
  for (let pixel = 0; pixel < size * size; pixel++) {
    const x = (pixel % size + 0.5) / size;
    const y = (Math.floor(pixel / size) + 0.5) / size;
    const share = pattern(x, y);
    const shade = CLOUD_STRENGTH * (veil(x, y) - 0.5) +
      random.uniform(-GRAIN_STRENGTH, GRAIN_STRENGTH);
    for (let channel = 0; channel < 3; channel++) {
      const colour = dark[channel] + share * (light[channel] - dark[channel]) + shade;
      pixels[pixel * 3 + channel] = Math.max(0, Math.min(1, colour));
    }
  }
  return { size, pixels };
}

/** Two tones of nearby hue, the second the lighter one. */
function sampleTones(random: Random): [Float32Array, Float32Array] {
  const hue = random.uniform();
  const value = random.uniform(0.18, 0.55);
  return [value, value + random.uniform(0.12, 0.35)].map((tone) => {
    const rgb = new Float32Array(3);
    const saturation = random.uniform(0, MAX_SATURATION);
    writeHsv(rgb, { at: 0, hue: hue + random.uniform(-0.1, 0.1), saturation, value: tone });
    return rgb;
  }) as [Float32Array, Float32Array];
}

const patterns: readonly ((random: Random) => Pattern)[] = [
  gradient,
  glow,
  stripes,
  checks,
  dots,
  clouds,
  waves,
];

function gradient(random: Random): Pattern {
  const along = direction(random);
  return (x, y) => 0.5 + along(x - 0.5, y - 0.5) / Math.SQRT2;
}

function glow(random: Random): Pattern {
  const [centreX, centreY] = [random.uniform(), random.uniform()];
  return (x, y) => Math.exp(-4 * ((x - centreX) ** 2 + (y - centreY) ** 2));
}

function stripes(random: Random): Pattern {
  const along = direction(random);
  const perSide = random.uniform(3, 9);
  const phase = random.uniform();
  return (x, y) => wave(perSide * along(x, y) + phase);
}

function checks(random: Random): Pattern {
  const along = direction(random);
  const perSide = random.uniform(2, 5);
  return (x, y) =>
    0.5 + 2 * (wave(perSide * along(x, y)) - 0.5) * (wave(perSide * along(-y, x)) - 0.5);
}

function dots(random: Random): Pattern {
  const perSide = random.integer(4, 9);
  const radius = random.uniform(0.2, 0.4);
  return (x, y) => {
    const distance = Math.hypot(x * perSide % 1 - 0.5, y * perSide % 1 - 0.5);
    return smooth((radius - distance) * 4 + 0.5);
  };
}

function waves(random: Random): Pattern {
  const along = direction(random);
  const perSide = random.uniform(2, 6);
  const depth = random.uniform(0.05, 0.15);
  return (x, y) => wave(perSide * (along(x, y) + depth * Math.sin(9 * along(-y, x))));
}

/** Value noise of three octaves: smoothly joined random heights on ever finer lattices. */
function clouds(random: Random): Pattern {
  const octaves = [3, 6, 12].map((cells) => lattice(random, cells));
  return (x, y) =>
    octaves.reduce((sum, noise, octave) => sum + noise(x, y) / 2 ** (octave + 1), 1 / 16);
}

function lattice(random: Random, cells: number): Pattern {
  const stride = cells + 1;
  const heights = Float32Array.from({ length: stride * stride }, () => random.uniform());
  return (x, y) => {
    const [column, row] = [Math.floor(x * cells), Math.floor(y * cells)];
    const [right, lower] = [smooth(x * cells - column), smooth(y * cells - row)];
    const at = row * stride + column;
    const upperHeight = heights[at] + right * (heights[at + 1] - heights[at]);
    const lowerHeight = heights[at + stride] +
      right * (heights[at + stride + 1] - heights[at + stride]);
    return upperHeight + lower * (lowerHeight - upperHeight);
  };
}

/** The distance of a point along a random direction. */
function direction(random: Random): Pattern {
  const angle = random.uniform(0, 2 * Math.PI);
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return (x, y) => cosine * x + sine * y;
}

function wave(turns: number): number {
  return 0.5 + 0.5 * Math.sin(2 * Math.PI * turns);
}

/** 0 below 0, 1 above 1, and smooth between: 3t² − 2t³. */
function smooth(t: number): number {
  const clamped = Math.max(0, Math.min(1, t));
  return clamped * clamped * (3 - 2 * clamped);
}

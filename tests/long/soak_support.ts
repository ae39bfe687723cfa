/**
 * What a long run holds on to, sampled as it goes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { sceneAt } from "../../lib/dataset/scenes.ts";
import { encodePng } from "../../lib/image/png.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";

/** Side of a generated photo, in pixels: the sample teacher's. */
const size = 64;
/** Scenes that are painted; each photo is one of them, moved around its edges to a place of its own. */
const painted = 100;

/** What one sample says. */
interface Sample {
  readonly done: number;
  readonly seconds: number;
  readonly rss: number;
  readonly tensors: number;
  readonly files: number;
}

/** How much what is left of a run's figures may be above (or, of its rate, below) those of its second quarter. */
const bounds = { rss: 1.2, tensors: 0, files: 8, rate: 0.4 };

/** Writes photos that all differ, in a second or two a thousand. */
export async function writeManyPhotos(folder: string, count: number): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const scenes = Array.from(
    { length: painted },
    (_, index) => sceneAt(index, { seed: 1, size }).image,
  );
  for (let index = 0; index < count; index++) {
    const place = Math.floor(index / painted); // below 64·64 for up to 409,600 photos
    const photo = moved(scenes[index % painted], place);
    await Deno.writeFile(
      join(folder, `${String(index).padStart(6, "0")}.png`),
      await encodePng(photo),
    );
  }
}

/** Moves an image by so many pixels, row by row; what leaves at the end comes in at the beginning. */
function moved(image: RgbImage, pixels: number): RgbImage {
  const data = new Uint8Array(image.data.length);
  data.set(image.data.subarray(3 * pixels));
  data.set(image.data.subarray(0, 3 * pixels), data.length - 3 * pixels);
  return { ...image, data };
}

/** Takes a sample now and then. */
export class Soak {
  readonly #title: string;
  readonly #total: number;
  readonly #samples: Sample[] = [];
  readonly #began = performance.now();

  /** Of work on so many items. */
  constructor(title: string, total: number) {
    this.#title = title;
    this.#total = total;
  }

  /** Told of every item or batch. */
  sample(done: number): void {
    const last = this.#samples.at(-1)?.done ?? 0;
    if (done - last < this.#total / 40) return;
    this.#samples.push({
      done,
      seconds: (performance.now() - this.#began) / 1000,
      rss: Deno.memoryUsage().rss / 2 ** 20,
      tensors: tf.memory().numTensors,
      files: openFiles(),
    });
    if (this.#samples.length % 10 === 0) {
      console.log(`${this.#title}: ${describe(this.#samples.at(-1)!)}`);
    }
  }

  /** Asserts that the last quarter of the work was as the second, and prints both. */
  assertFlat(): void {
    assert(this.#samples.length >= 30, `${this.#samples.length} samples`);
    const [second, last] = [0.25, 0.75].map((from) => this.#quarter(from));
    console.log(
      `${this.#title}: medians of the second and the last quarter: RSS ${
        second.rss.toFixed(0)
      } and ` +
        `${last.rss.toFixed(0)} MiB, tensors ${second.tensors} and ${last.tensors}, open files ` +
        `${second.files} and ${last.files}, ${second.rate.toFixed(0)} and ${
          last.rate.toFixed(0)
        } a second`,
    );
    assert(last.rss <= bounds.rss * second.rss, "memory grows");
    assert(last.tensors <= second.tensors + bounds.tensors, "tensors are left");
    assert(last.files <= second.files + bounds.files, "files are left open");
    assert(last.rate >= bounds.rate * second.rate, "the work slows down");
  }

  #quarter(from: number) {
    const samples = this.#samples.filter(({ done }) =>
      done > from * this.#total && done <= (from + 0.25) * this.#total
    );
    const [first, last] = [samples[0], samples.at(-1)!];
    return {
      rss: median(samples.map(({ rss }) => rss)),
      tensors: median(samples.map(({ tensors }) => tensors)),
      files: median(samples.map(({ files }) => files)),
      rate: (last.done - first.done) / (last.seconds - first.seconds),
    };
  }
}

function openFiles(): number {
  return Deno.build.os === "linux" ? Array.from(Deno.readDirSync("/proc/self/fd")).length : 0;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function describe({ done, seconds, rss, tensors, files }: Sample): string {
  return `${done} after ${seconds.toFixed(0)} s, RSS ${
    rss.toFixed(0)
  } MiB, ${tensors} tensors, ${files} open files`;
}

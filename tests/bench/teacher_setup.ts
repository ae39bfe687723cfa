/**
 * One teacher and one batch, on our backend and with the peer.
 *
 * @module
 */
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor3D, Tensor4D } from "../../lib/backend/tensors.ts";
import type { RgbImage } from "../../lib/image/rgb_image.ts";
import { pearsonCorrelation } from "../../lib/metrics/metrics.ts";
import type { ModelDescription } from "../../lib/model/model_config_file.ts";
import { pixelTensor } from "../../lib/model/pixel_tensor.ts";
import { saveModel } from "../../lib/model/save_model.ts";
import type { VisionTransformer } from "../../lib/model/vision_transformer.ts";
import { normaliseMaps } from "../../lib/rollout/normalise_maps.ts";
import { rollout } from "../../lib/rollout/rollout.ts";
import { openTeacher } from "../../lib/teacher/open_teacher.ts";
import type { TeacherRollout } from "../../lib/teacher/teacher.ts";
import { float32Tensor, writeSafetensors } from "../../lib/weights/safetensors.ts";
import { type Bench, rolloutSettings } from "./bench.ts";
import { peerContender, repeatedContender, secondsOf, tensorContender } from "./contenders.ts";
import { measurePairs, type PairedTimes } from "./pairs.ts";
import { type Peer, PeerError } from "./peer_process.ts";
import { type RandomModel, randomModel, type RandomModelSource, uniform } from "./random_model.ts";

/** What can be timed of a teacher. */
export type TeacherMeasure = "teacher" | "teacher and rollout" | "rollout";

/** How a measurement is shown, and how often it is taken. */
export interface MeasureOptions {
  /** What progress calls it. */
  readonly title: string;
  /** Pairs to measure. */
  readonly repeats: number;
}

/** How far two sides' maps, each divided by its maximum, are apart. */
export interface Agreement {
  /** The largest difference of two cells. */
  readonly difference: number;
  /** Pearson's correlation coefficient, of the image where it is lowest. */
  readonly correlation: number;
}

/** A teacher with random weights and a batch of random images, which the peer has, too. */
export class TeacherSetup {
  /** What the teacher is. */
  readonly description: ModelDescription;
  /** How the peer's maps agree with ours; absent without a peer. */
  agreement?: Agreement;
  readonly #bench: Bench;
  readonly #model: VisionTransformer;
  readonly #photos: readonly RgbImage[];
  readonly #images: Tensor4D;
  readonly #fused: Tensor3D[];
  #folder?: Promise<string>;
  #peer?: Peer;

  private constructor(
    bench: Bench,
    { model, description, batchSize }: RandomModel & { batchSize: number },
  ) {
    const { preprocessing } = description;
    this.#bench = bench;
    this.#model = model;
    this.description = description;
    this.#photos = randomPhotos(batchSize, preprocessing.imageSize);
    this.#images = pixelTensor(this.#photos.map(({ data }) => data), preprocessing);
    this.#fused = this.#attend();
  }

  /** Makes the teacher and its batch, hands both to the peer and compares the maps. */
  static async open(
    bench: Bench,
    source: RandomModelSource & { readonly batchSize: number },
  ): Promise<TeacherSetup> {
    const { batchSize } = source;
    const setup = new TeacherSetup(bench, { ...await randomModel(source), batchSize });
    if (bench.peer?.isAlive) await setup.#handOver(bench.peer);
    return setup;
  }

  /** Measures both sides in turn, ours on the backend of this thread. */
  async measure(measure: TeacherMeasure, options: MeasureOptions): Promise<PairedTimes> {
    const work: Record<TeacherMeasure, () => Tensor[]> = {
      "teacher": () => this.#attend(),
      "teacher and rollout": () => tf.tidy(() => [this.#maps(this.#attend())]),
      "rollout": () => [this.#maps(this.#fused)],
    };
    return await measurePairs({
      ...options,
      ours: tensorContender(work[measure]),
      peer: peerContender(this.#peer, measure),
      reporter: this.#bench.reporter,
    });
  }

  /**
   * Measures what `precompute` does with a batch, from uint8 pixels to maps on the host, in as many
   * workers as it takes; beside the peer's teacher and rollout, whose images lie ready.
   */
  async measureWorkers(options: MeasureOptions): Promise<PairedTimes & { workers: number }> {
    const { blas, modelWorkers: workers } = this.#bench.options;
    const weightsPath = join(await this.#save(), "model.safetensors");
    const located = { description: this.description, weightsPath };
    using teacher = await openTeacher(located, { rollout: this.#settings, blas, workers });
    const times = await measurePairs({
      ...options,
      ours: repeatedContender(() => secondsOf(() => teacher.maps(this.#photos))),
      peer: peerContender(this.#peer, "teacher and rollout"),
      reporter: this.#bench.reporter,
    });
    return { ...times, workers: teacher.workers };
  }

  /** Frees everything, the peer's memory too. */
  async close(): Promise<void> {
    tf.dispose([this.#images, this.#fused]);
    this.#model.dispose();
    if (this.#peer?.isAlive) await this.#peer.request("forget");
  }

  get #settings(): TeacherRollout {
    const { rolloutMode: mode, headFusion, discardRatio } = this.#bench.options;
    return { mode, headFusion, discardRatio };
  }

  #attend(): Tensor3D[] {
    return this.#model.attentions(this.#images, this.#bench.options.headFusion) as Tensor3D[];
  }

  #maps(fused: Tensor3D[]): Tensor3D {
    return rollout(fused, rolloutSettings(this.#bench.options, this.#model));
  }

  /** Writes the model's files, once. */
  #save(): Promise<string> {
    const folder = join(this.#bench.folder, "teacher");
    const description = this.description;
    this.#folder ??= saveModel(folder, { model: this.#model, description }).then(() => folder);
    return this.#folder;
  }

  async #handOver(peer: Peer): Promise<void> {
    const { folder, reporter } = this.#bench;
    const images = join(folder, "teacher-images.safetensors");
    const pixels = float32Tensor(this.#images.shape, await this.#images.data<"float32">());
    await writeSafetensors(images, [["images", pixels]]);
    const request = { folder: await this.#save(), images, rollout: this.#settings };
    try {
      const { maps } = await peer.request<{ maps: number[] }>("teacher", request);
      this.agreement = await this.#compare(Float32Array.from(maps));
      this.#peer = peer;
    } catch (error) {
      reporter.signal.throwIfAborted();
      if (!(error instanceof PeerError)) throw error;
      reporter.warn(`no comparison, ${error.message}`);
    }
  }

  async #compare(theirs: Float32Array): Promise<Agreement> {
    const maps = tf.tidy(() => normaliseMaps(this.#maps(this.#fused)));
    const ours = await maps.data<"float32">();
    maps.dispose();
    const cells = ours.length / maps.shape[0];
    const correlations = Array.from({ length: maps.shape[0] }, (_, image) => {
      const [from, to] = [image * cells, (image + 1) * cells];
      return pearsonCorrelation(ours.subarray(from, to), theirs.subarray(from, to));
    });
    const differences = ours.map((value, cell) => Math.abs(value - theirs[cell]));
    return {
      difference: differences.reduce((most, it) => Math.max(most, it), 0),
      correlation: Math.min(...correlations),
    };
  }
}

function randomPhotos(
  count: number,
  [height, width]: readonly [height: number, width: number],
): RgbImage[] {
  return Array.from({ length: count }, (_, index) => {
    const values = uniform(height * width * 3, { low: 0, high: 256, seed: index + 1 });
    return { height, width, data: Uint8Array.from(values) };
  });
}

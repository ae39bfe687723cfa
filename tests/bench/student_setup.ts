/**
 * One student, a phase and a batch, on our backend and with the peer.
 *
 * @module
 */
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import type { Scalar } from "../../lib/backend/tensors.ts";
import type { ModelDescription } from "../../lib/model/model_config_file.ts";
import { describeModel } from "../../lib/model/model_source.ts";
import type { Student } from "../../lib/model/student.ts";
import {
  createStudent,
  saveStudent,
  type StudentDescription,
} from "../../lib/model/student_checkpoint.ts";
import { gridOf } from "../../lib/model/vit_config.ts";
import { Random } from "../../lib/random/random.ts";
import type { Phase } from "../../lib/run/run_folder.ts";
import { Adam } from "../../lib/train/adam.ts";
import { openLearner } from "../../lib/train/learner.ts";
import { trainedParameters, trainStep } from "../../lib/train/train_step.ts";
import { type Example, makeBatch, type TrainingBatch } from "../../lib/train/training_batch.ts";
import { learningRateOf } from "../../lib/train/training_options.ts";
import { float32Tensor, writeSafetensors } from "../../lib/weights/safetensors.ts";
import { type Bench, trainDefaults } from "./bench.ts";
import { peerContender, tensorContender } from "./contenders.ts";
import { type Contender, measurePairs, type PairedTimes } from "./pairs.ts";
import { PeerError } from "./peer_process.ts";
import { randomModel, uniform } from "./random_model.ts";
import type { MeasureOptions } from "./teacher_setup.ts";

const { lr, degradation } = trainDefaults;
/** Steps whose losses are compared, before anything is timed. */
export const comparedSteps = 3;

/** A student with random weights and a batch of random photos and maps, which the peer has, too. */
export class StudentSetup {
  /** What the student's base is. */
  readonly description: ModelDescription;
  /** The largest difference between both sides' first losses; absent without a peer. */
  lossDifference?: number;
  readonly #bench: Bench;
  readonly #phase: Phase;
  readonly #student: Student;
  readonly #of: StudentDescription;
  readonly #optimiser: Adam;
  readonly #examples: readonly Example[];
  readonly #batch: TrainingBatch;

  private constructor(
    bench: Bench,
    { phase, student, description }: {
      phase: Phase;
      student: Student;
      description: StudentDescription;
    },
  ) {
    this.#bench = bench;
    this.#phase = phase;
    this.#student = student;
    this.#of = description;
    this.description = description.model;
    this.#optimiser = new Adam(trainedParameters(student, phase), learningRateOf(phase, lr));
    this.#examples = randomExamples(bench.options.batchSize, description);
    this.#batch = makeBatch(this.#examples, description);
  }

  /** Makes the student and its batch, hands both to the peer and compares the first steps. */
  static async open(bench: Bench, phase: Phase): Promise<StudentSetup> {
    const { studentModel, studentArgs, teacherModel, teacherArgs, weightsDir } = bench.options;
    const teacher = await describeModel({ model: teacherModel, args: teacherArgs, weightsDir });
    const base = await randomModel({ model: studentModel, args: studentArgs, weightsDir });
    const grid = gridOf(teacher.config);
    const random = Random.from("bench projection");
    const student = createStudent(base.model, { grid, random });
    const view = teacher.preprocessing;
    const description = { model: base.description, grid, degradation, view };
    const setup = new StudentSetup(bench, { phase, student, description });
    await setup.#compareLosses();
    return setup;
  }

  /** Measures both sides in turn, on tensors that lie ready; ours on the backend of this thread. */
  async measure(options: MeasureOptions): Promise<PairedTimes> {
    return await this.#measure(tensorContender(() => [this.#step()]), options);
  }

  /**
   * Measures what `train` does with a batch of augmented photos: degradation and step, in as many workers
   * as it takes; beside the peer's step on tensors that lie ready.
   */
  async measureLearner(options: MeasureOptions): Promise<PairedTimes> {
    const { batchSize, modelWorkers: workers, blas } = this.#bench.options;
    const [student, description] = [this.#student, this.#of];
    using learner = openLearner({ student, description, batchSize, workers, blas });
    const [phase, optimiser] = [this.#phase, this.#optimiser];
    const time = async (iterations: number) => {
      const start = performance.now();
      let loss: Promise<number> | undefined;
      let batch = learner.prepare(this.#examples, phase);
      for (let iteration = 0; iteration < iterations; iteration++) {
        // as train: the next batch is prepared beside the step, a loss read when the next step is taken
        const next = iteration + 1 < iterations
          ? learner.prepare(this.#examples, phase)
          : undefined;
        const taken = await batch.step(optimiser);
        await loss;
        loss = taken.loss;
        if (next) batch = next;
      }
      await loss;
      return (performance.now() - start) / 1000 / iterations;
    };
    const prepare = async () => {
      await time(1);
      return await time(1);
    };
    return await this.#measure({ prepare, time }, options);
  }

  /** Frees everything, the peer's memory too. */
  async close(): Promise<void> {
    tf.dispose(Object.values(this.#batch));
    this.#optimiser.dispose();
    this.#student.dispose();
    if (this.#bench.peer?.isAlive) await this.#bench.peer.request("forget");
  }

  async #measure(ours: Contender, options: MeasureOptions): Promise<PairedTimes> {
    const { peer, reporter } = this.#bench;
    const theirs = this.lossDifference === undefined ? undefined : peerContender(peer, "student");
    return await measurePairs({ ...options, ours, peer: theirs, reporter });
  }

  #step(): Scalar {
    const options = { batch: this.#batch, phase: this.#phase, optimiser: this.#optimiser };
    return trainStep(this.#student, options);
  }

  async #compareLosses(): Promise<void> {
    const { peer, reporter } = this.#bench;
    if (!peer?.isAlive) return;
    const files = await this.#save();
    const ours: number[] = [];
    for (let step = 0; step < comparedSteps; step++) {
      const loss = this.#step();
      ours.push((await loss.data())[0]);
      loss.dispose();
    }
    try {
      const request = { ...files, phase: this.#phase, lr, steps: comparedSteps };
      const { losses } = await peer.request<{ losses: number[] }>("student", request);
      this.lossDifference = Math.max(...losses.map((loss, i) => Math.abs(loss - ours[i])));
    } catch (error) {
      reporter.signal.throwIfAborted();
      if (!(error instanceof PeerError)) throw error;
      reporter.warn(`no comparison, ${error.message}`);
    }
  }

  async #save(): Promise<{ checkpoint: string; images: string }> {
    const { folder } = this.#bench;
    const checkpoint = join(folder, "student.safetensors");
    await saveStudent(checkpoint, { student: this.#student, description: this.#of });
    const images = join(folder, "student-images.safetensors");
    const tensors = (["images", "targets"] as const).map(async (name) => {
      const tensor = this.#batch[name];
      return [name, float32Tensor(tensor.shape, await tensor.data<"float32">())] as const;
    });
    await writeSafetensors(images, await Promise.all(tensors));
    return { checkpoint, images };
  }
}

/** Photos as augmentation leaves them, float32 from 0 to 1, and maps. */
function randomExamples(count: number, { view, grid }: StudentDescription): Example[] {
  const [height, width] = view.imageSize;
  return Array.from({ length: count }, (_, index) => ({
    data: uniform(height * width * 3, { low: 0, high: 1, seed: 2 * index + 1 }),
    map: uniform(grid[0] * grid[1], { low: 0, high: 1, seed: 2 * index + 2 }),
    maskKey: ["bench", index],
  }));
}

/**
 * The second stage: a student learns the cached maps.
 *
 * @module
 */
import type { Phase } from "../run/run_folder.ts";
import { Adam } from "./adam.ts";
import type { PreparedBatch } from "./learner.ts";
import { MetricsLog } from "./metrics_log.ts";
import type { Position } from "./run_state.ts";
import { type Reached, RunSaver } from "./run_saver.ts";
import { trainedParameters } from "./train_step.ts";
import type { TrainingJob, TrainResult } from "./training_job.ts";
import { learningRateOf, type PhaseEpoch, scheduleOf } from "./training_options.ts";

/**
 * Trains a student: first the projection on the frozen base at `lr`, then everything at `lr`/10, each
 * with a fresh Adam. After each epoch, and when the signal is aborted, checkpoint, state and loss curve
 * are written; between them the state alone, so that a killed training goes on from there.
 *
 * Order, augmentation and masks come from the seed, so that a resumed training ends at the weights of
 * an uninterrupted one on the same backend.
 */
export async function train(job: TrainingJob): Promise<TrainResult> {
  return await new Training(job).run();
}

class Training {
  readonly #job: TrainingJob;
  readonly #schedule: readonly PhaseEpoch[];
  #step: number;
  #log!: MetricsLog;
  #optimiser?: Adam;
  #losses: number[] = [];
  #saver!: RunSaver;
  #started = 0;
  #firstStep: number;

  constructor(job: TrainingJob) {
    const { training, set, resumeFrom } = job;
    this.#job = job;
    this.#schedule = scheduleOf(training);
    const { epochs, batches } = resumeFrom?.position ?? { epochs: 0, batches: 0 };
    this.#step = epochs * set.batchesPerEpoch + batches;
    this.#firstStep = this.#step;
  }

  async run(): Promise<TrainResult> {
    const { resumeFrom, run, signal } = this.#job;
    this.#log = await MetricsLog.open(run, this.#step);
    this.#saver = new RunSaver(this.#job, this.#log);
    this.#started = performance.now();
    const first = resumeFrom?.position ?? { epochs: 0, batches: 0 };
    try {
      for (let epochs = first.epochs; epochs < this.#schedule.length; epochs++) {
        const batches = epochs === first.epochs ? first.batches : 0;
        await this.#epoch({ epochs, batches });
        if (signal?.aborted) break;
      }
    } finally {
      this.#optimiser?.dispose();
    }
    return {
      complete: this.#step === this.#totalSteps,
      steps: this.#step,
      checkpoint: this.#saver.checkpoint,
      loss: mean(this.#losses),
    };
  }

  get #totalSteps(): number {
    return this.#schedule.length * this.#job.set.batchesPerEpoch;
  }

  async #epoch(start: Position): Promise<void> {
    const { set, signal, learner } = this.#job;
    const epoch = this.#schedule[start.epochs];
    const batches = set.batchPaths(epoch);
    const optimiser = this.#optimiserFor(epoch.phase, start);
    this.#losses = [];
    const prepare = async (index: number): Promise<PreparedBatch> =>
      learner.prepare(await set.load(batches[index], epoch), epoch.phase);
    let batch = await prepare(start.batches);
    let pending: Promise<number> | undefined;
    for (let index = start.batches; index < batches.length; index++) {
      set.prefetch(batches[index + 2] ?? []);
      const isLast = index + 1 === batches.length;
      const [taken, next] = await Promise.all([
        batch.step(optimiser),
        isLast ? undefined : prepare(index + 1),
      ]);
      // Read a step late: a GPU has the next step before it, and need not wait for its loss to be read.
      if (pending) await this.#record(await pending, epoch);
      pending = taken.loss;
      if (!next) break;
      batch = next;
      if (!signal?.aborted && !this.#saver.isDue) continue;
      await this.#record(await pending, epoch);
      pending = undefined;
      const reached = this.#reached({ epochs: start.epochs, batches: index + 1 });
      if (!signal?.aborted) await this.#saver.saveState(reached);
      else {
        batch.dispose();
        return await this.#saver.interrupt(reached);
      }
    }
    if (pending) await this.#record(await pending, epoch);
    await this.#saver.finishEpoch(this.#reached({ epochs: start.epochs + 1, batches: 0 }));
  }

  #reached(position: Position): Reached {
    return { position, step: this.#step, optimiser: this.#optimiser! };
  }

  /** The phase's optimiser: a fresh one at its start, the saved one in its middle. */
  #optimiserFor(phase: Phase, { epochs }: Position): Adam {
    const startsPhase = this.#schedule[epochs - 1]?.phase !== phase;
    const { student, training, resumeFrom } = this.#job;
    const isFirstHere = !this.#optimiser;
    if (this.#optimiser && !startsPhase) return this.#optimiser;
    this.#optimiser?.dispose();
    const lr = learningRateOf(phase, training.lr);
    this.#optimiser = new Adam(trainedParameters(student, phase), lr);
    if (isFirstHere && resumeFrom?.optimiserSteps) {
      this.#optimiser.restore(resumeFrom.moments, resumeFrom.optimiserSteps);
    }
    return this.#optimiser;
  }

  async #record(value: number, { phase, epoch }: PhaseEpoch): Promise<void> {
    if (!Number.isFinite(value)) {
      throw new RangeError(
        `Cannot train: the loss of step ${
          this.#step + 1
        } is ${value}, expected a finite number; lower --lr`,
      );
    }
    this.#step++;
    this.#losses.push(value);
    const { onProgress } = this.#job;
    const seconds = (performance.now() - this.#started) / 1000;
    const images = this.#imagesAfter(this.#step);
    const imagesHere = images - this.#imagesAfter(this.#firstStep);
    const metrics = {
      step: this.#step,
      phase,
      epoch: epoch + 1,
      loss: value,
      imagesPerSecond: Number((imagesHere / seconds).toFixed(2)),
    };
    await this.#log.add(metrics);
    onProgress?.({ ...metrics, images, totalImages: this.#imagesAfter(this.#totalSteps) });
  }

  /** Photos seen in so many steps of the whole training; an epoch's last batch may be smaller. */
  #imagesAfter(steps: number): number {
    const { set, training: { batchSize } } = this.#job;
    const batches = steps % set.batchesPerEpoch;
    return Math.floor(steps / set.batchesPerEpoch) * set.size + batches * batchSize;
  }
}

function mean(values: readonly number[]): number | undefined {
  return values.length ? values.reduce((a, b) => a + b, 0) / values.length : undefined;
}

/**
 * The second stage: a student learns the cached maps.
 *
 * @module
 */
import { saveStudent } from "../model/student_checkpoint.ts";
import type { Phase } from "../run/run_folder.ts";
import { Adam } from "./adam.ts";
import type { PreparedBatch } from "./learner.ts";
import { MetricsLog } from "./metrics_log.ts";
import { type Position, saveRunState } from "./run_state.ts";
import { trainedParameters } from "./train_step.ts";
import type { TrainingJob, TrainResult } from "./training_job.ts";
import { learningRateOf, type PhaseEpoch, scheduleOf } from "./training_options.ts";

/**
 * Trains a student: first the projection on the frozen base at `lr`, then everything at `lr`/10, each
 * with a fresh Adam. After each epoch, and when the signal is aborted, checkpoint, state and loss curve
 * are written.
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
  #checkpoint?: string;
  #started = 0;
  #firstStep: number;

  constructor(job: TrainingJob) {
    const { training, set, resumeFrom } = job;
    this.#job = job;
    this.#schedule = scheduleOf(training);
    const { epochs, batches } = resumeFrom?.position ?? { epochs: 0, batches: 0 };
    this.#step = epochs * set.batchesPerEpoch + batches;
    this.#firstStep = this.#step;
    if (epochs > 0) this.#checkpoint = this.#checkpointFile(this.#schedule[epochs - 1]);
  }

  async run(): Promise<TrainResult> {
    const { resumeFrom, run, signal } = this.#job;
    this.#log = await MetricsLog.open(run, this.#step);
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
      checkpoint: this.#checkpoint,
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
      if (signal?.aborted) {
        batch.dispose();
        await this.#record(await pending, epoch);
        return await this.#interrupt({ epochs: start.epochs, batches: index + 1 });
      }
    }
    if (pending) await this.#record(await pending, epoch);
    await this.#finishEpoch(start.epochs);
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

  async #finishEpoch(epochs: number): Promise<void> {
    const { run, studentName, onCheckpoint } = this.#job;
    const path = this.#checkpointFile(this.#schedule[epochs]);
    await this.#saveStudent(path);
    await this.#save({ epochs: epochs + 1, batches: 0 });
    await run.removeInterrupted(studentName);
    onCheckpoint?.(path);
  }

  async #interrupt(position: Position): Promise<void> {
    const { run, studentName, onCheckpoint } = this.#job;
    const path = run.interruptedFile(studentName);
    await this.#saveStudent(path);
    await this.#save(position);
    onCheckpoint?.(path);
  }

  #checkpointFile({ phase, epoch }: PhaseEpoch): string {
    const { run, studentName: model } = this.#job;
    return run.checkpointFile({ model, phase, epoch: epoch + 1 });
  }

  async #saveStudent(path: string): Promise<void> {
    const { student, description, metadata } = this.#job;
    const step = String(this.#step);
    await saveStudent(path, { student, description, metadata: { ...metadata, step } });
    this.#checkpoint = path;
  }

  /** The record first: steps that it has beyond the state are dropped and taken again on resuming. */
  async #save(position: Position): Promise<void> {
    const { student, run } = this.#job;
    const phase = this.#schedule[position.epochs]?.phase;
    const continuesPhase = position.batches > 0 ||
      phase === this.#schedule[position.epochs - 1]?.phase;
    const optimiser = continuesPhase ? this.#optimiser : undefined;
    await this.#log.flush();
    await saveRunState(run.stateFile, { student, optimiser, position });
    await this.#log.draw();
  }
}

function mean(values: readonly number[]): number | undefined {
  return values.length ? values.reduce((a, b) => a + b, 0) / values.length : undefined;
}

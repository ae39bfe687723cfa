/**
 * Keeps what a training has come to, so that it can go on from there whatever ends it.
 *
 * @module
 */
import { saveStudent } from "../model/student_checkpoint.ts";
import type { Adam } from "./adam.ts";
import type { MetricsLog } from "./metrics_log.ts";
import { type Position, saveRunState } from "./run_state.ts";
import type { TrainingJob } from "./training_job.ts";
import { type PhaseEpoch, scheduleOf } from "./training_options.ts";

/** How far a training has come. */
export interface Reached {
  /** The next batch's place. */
  readonly position: Position;
  /** Steps taken, those of earlier sittings included. */
  readonly step: number;
  /** The optimiser of the last step. */
  readonly optimiser: Adam;
}

/**
 * Writes record, student and state, in this order: whatever the state says has come to pass lies on the
 * disk already, and what lies there beyond the state is made again on resuming.
 */
export class RunSaver {
  readonly #job: TrainingJob;
  readonly #log: MetricsLog;
  readonly #schedule: readonly PhaseEpoch[];
  readonly #intervalMs: number;
  #savedAt = performance.now();
  #checkpoint?: string;

  /** Nothing is written yet; `log` is the run's record. */
  constructor(job: TrainingJob, log: MetricsLog) {
    this.#job = job;
    this.#log = log;
    this.#schedule = scheduleOf(job.training);
    this.#intervalMs = (job.saveEvery ?? Infinity) * 60_000;
    const epochs = job.resumeFrom?.position.epochs ?? 0;
    if (epochs > 0) this.#checkpoint = this.#checkpointFile(epochs);
  }

  /** The newest checkpoint, if there is one. */
  get checkpoint(): string | undefined {
    return this.#checkpoint;
  }

  /** Whether the last save is so long ago that a crash would cost more than the user would give. */
  get isDue(): boolean {
    return performance.now() - this.#savedAt >= this.#intervalMs;
  }

  /** Saves at the end of an epoch: the student of an interruption before it is then out of date. */
  async finishEpoch(reached: Reached): Promise<void> {
    const { run, studentName, onCheckpoint } = this.#job;
    const path = this.#checkpointFile(reached.position.epochs);
    await this.#saveStudent(path, reached);
    await run.removeInterrupted(studentName);
    await this.#log.draw();
    await this.saveState(reached);
    onCheckpoint?.(path);
  }

  /** Saves within an epoch, with a student to look at meanwhile. */
  async interrupt(reached: Reached): Promise<void> {
    const { run, studentName, onCheckpoint } = this.#job;
    const path = run.interruptedFile(studentName);
    await this.#saveStudent(path, reached);
    await this.#log.draw();
    await this.saveState(reached);
    onCheckpoint?.(path);
  }

  /** Saves within an epoch, and goes on. */
  async saveState({ position, optimiser }: Reached): Promise<void> {
    const { student, run } = this.#job;
    const [done, next] = [position.epochs - 1, position.epochs].map((it) => this.#schedule[it]);
    const continuesPhase = position.batches > 0 || next?.phase === done?.phase;
    await this.#log.flush();
    await saveRunState(run.stateFile, {
      student,
      optimiser: continuesPhase ? optimiser : undefined,
      position,
    });
    this.#savedAt = performance.now();
  }

  async #saveStudent(path: string, { step }: Reached): Promise<void> {
    const { student, description, metadata } = this.#job;
    await this.#log.flush();
    await saveStudent(path, {
      student,
      description,
      metadata: { ...metadata, step: String(step) },
    });
    this.#checkpoint = path;
  }

  /** The student after so many epochs of the schedule. */
  #checkpointFile(epochs: number): string {
    const { run, studentName: model } = this.#job;
    const { phase, epoch } = this.#schedule[epochs - 1];
    return run.checkpointFile({ model, phase, epoch: epoch + 1 });
  }
}

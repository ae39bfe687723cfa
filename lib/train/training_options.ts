/**
 * How a student is trained.
 *
 * @module
 */
import { batchOptions, holdoutOptions } from "../config/data_options.ts";
import { helpOf } from "../config/option.ts";
import { commonOptions } from "../config/options.ts";
import { trainingOptions } from "../config/training_options.ts";
import type { Phase } from "../run/run_folder.ts";

/** Everything that decides a training's numbers besides student and cache; it survives JSON. */
export interface TrainingOptions {
  /** Epochs with the base frozen, at `lr`. */
  readonly linearLayerEpochs: number;
  /** Epochs of everything, at `lr`/10. */
  readonly ftEpochs: number;
  /** Photos in a batch. */
  readonly batchSize: number;
  /** Adam's learning rate in the first phase. */
  readonly lr: number;
  /** Whether photos and maps are moved and photos recoloured. */
  readonly augment: boolean;
  /** `views` replays cached views with the teacher's maps of them; absent, maps move with the photos. */
  readonly targets?: "views";
  /** Share of the photos that is kept for evaluation. */
  readonly holdout: number;
  /** Where order, augmentation, masks and initial weights come from. */
  readonly seed: number;
}

/** The options of `train` that say the same. */
const settings = {
  linearLayerEpochs: trainingOptions.linearLayerEpochs,
  ftEpochs: trainingOptions.ftEpochs,
  batchSize: batchOptions.batchSize,
  lr: trainingOptions.lr,
  augment: trainingOptions.augment,
  holdout: holdoutOptions.holdout,
  seed: commonOptions.seed,
};

/**
 * Completes what a caller says of a training with what `train` does unless told otherwise.
 *
 * @throws {RangeError} When a value is none that `train` would take.
 */
export function completeTraining(training: Partial<TrainingOptions> = {}): TrainingOptions {
  const complete = Object.entries(settings).map(([name, option]) => {
    const given = training[name as keyof typeof settings];
    const { success, data } = option.safeParse(given);
    if (success) return [name, data];
    throw new RangeError(`Cannot train: ${name} is ${given}, expected ${helpOf(option).expected}`);
  });
  return { ...training, ...Object.fromEntries(complete) };
}

/** One epoch of a phase, counted from 0. */
export interface PhaseEpoch {
  /** What is trained. */
  readonly phase: Phase;
  /** Which epoch of the phase. */
  readonly epoch: number;
}

/** The epochs of a training, in order. */
export function scheduleOf({ linearLayerEpochs, ftEpochs }: TrainingOptions): PhaseEpoch[] {
  const epochs = (phase: Phase, count: number) =>
    Array.from({ length: count }, (_, epoch) => ({ phase, epoch }));
  return [...epochs("linear", linearLayerEpochs), ...epochs("ft", ftEpochs)];
}

/** The number of a phase's epoch in the whole training, from 0. */
export function epochNumber(
  { phase, epoch }: PhaseEpoch,
  { linearLayerEpochs }: Pick<TrainingOptions, "linearLayerEpochs">,
): number {
  return phase === "linear" ? epoch : linearLayerEpochs + epoch;
}

/** The learning rate of a phase: fine-tuning takes a tenth, as in the original system. */
export function learningRateOf(phase: Phase, lr: number): number {
  return phase === "linear" ? lr : lr / 10;
}

/**
 * A student before its first step.
 *
 * @module
 */
import type { Degradation } from "../config/degradation.ts";
import { UsageError } from "../config/usage_error.ts";
import { strategyViewOf } from "../dataset/strategy_views.ts";
import { objectionTo } from "../dataset/student_view.ts";
import type { Preprocessing } from "../image/preprocess.ts";
import type { ModelDescription } from "../model/model_config_file.ts";
import {
  buildFromScratch,
  describeModel,
  loadPretrained,
  type ModelSource,
} from "../model/model_source.ts";
import { isMaeTag } from "../model/pretrained_config.ts";
import type { Student } from "../model/student.ts";
import { createStudent, type StudentDescription } from "../model/student_checkpoint.ts";
import { outDimOf, type VitConfig } from "../model/vit_config.ts";
import { Random } from "../random/random.ts";

/** What a new student is made of. */
export interface StudentRecipe {
  /** The base model. */
  readonly source: ModelSource;
  /** Random weights instead of pretrained ones. */
  readonly fromScratch: boolean;
  /** The width of the base's output that the user expects; refused when it is another. */
  readonly outDim?: number;
  /** What the student will see of a photo. */
  readonly degradation: Degradation;
  /** Let a masked autoencoder's weights train on pixelated photos. */
  readonly allowMaeDownsize: boolean;
  /** How the teacher's photos were prepared. */
  readonly view: Preprocessing;
  /** The grid of the teacher's maps. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  /** Decides the random weights. */
  readonly seed: number;
  /** Told what is odd but possible. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Makes a student: the base pretrained or from scratch, and a new projection to the teacher's grid.
 *
 * @returns The student, which the caller disposes, its description, and the commit on the hub that the base is
 * of, if it is from there.
 * @throws {UsageError} When the expected width is not the base's, the degradation leaves nothing to see, or
 * the base was pretrained as a masked autoencoder and is to see pixelated photos.
 * @throws As {@linkcode loadPretrained} does.
 */
export async function prepareStudent(
  recipe: StudentRecipe,
): Promise<{ student: Student; description: StudentDescription; commit: string | undefined }> {
  const { source, fromScratch, degradation, view, grid, seed } = recipe;
  checkRecipe(recipe, await describeModel(source)); // a contradiction should not cost a download
  const { model: base, description: model, commit } = fromScratch
    ? await buildFromScratch(source, Random.from("student", seed))
    : await loadPretrained(source);
  try {
    checkRecipe(recipe, model); // the downloaded description may differ from the name's
  } catch (error) {
    base.dispose();
    throw error;
  }
  const warning = partialPatchWarning(model.config);
  if (warning) recipe.onWarning?.(warning);
  const student = createStudent(base, { grid, random: Random.from("projection", seed) });
  return { student, description: { model, grid, degradation, view }, commit };
}

function checkRecipe(
  { source, fromScratch, degradation, view, outDim, allowMaeDownsize }: StudentRecipe,
  model: ModelDescription,
): void {
  const { tag, config } = model;
  const isMae = !fromScratch && isMaeTag(tag);
  if (isMae && !strategyViewOf(degradation).drawVisible && !allowMaeDownsize) {
    throw new UsageError(
      `--strategy is ${degradation.strategy} but ${source.model} was pretrained as a masked autoencoder, ` +
        "expected --strategy=MAE; or insist with --allow-mae-downsize",
    );
  }
  if (outDim !== undefined && outDim !== outDimOf(config)) {
    throw new UsageError(
      `--student-out-dim is ${outDim}, expected ${outDimOf(config)}, ` +
        `the width of ${source.model}'s output`,
    );
  }
  const impossible = objectionTo({ model, view, degradation });
  if (impossible) throw new UsageError(impossible);
}

function partialPatchWarning({ imageSize, patchSize }: VitConfig): string | undefined {
  const beyond = imageSize.map((side) => side % patchSize);
  if (beyond.every((pixels) => pixels === 0)) return undefined;
  return `the student's patches of ${patchSize} pixels do not fill its ${
    imageSize.join("×")
  } image: the last ${Math.max(...beyond)} rows or columns are ignored, as in timm`;
}

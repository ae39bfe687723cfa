/**
 * A stage that tells what the others found: one page about a run.
 *
 * @module
 */
import { RolloutCache } from "../cache/rollout_cache.ts";
import { PhotoSource } from "../dataset/photo_source.ts";
import { openStudent, type OpenStudentOptions } from "../model/student_checkpoint.ts";
import type { EvaluationFile } from "../run/evaluation_file.ts";
import { chooseExamples } from "./examples.ts";
import { drawGallery } from "./gallery.ts";
import type { Html } from "./html.ts";
import { type Page, writePage } from "./page.ts";
import { readRunRecord, type RunRecord } from "./run_record.ts";
import { describeLead, describeSections } from "./sections.ts";
import { studentOf } from "./standing.ts";

/** What the report is about. */
export interface ReportOptions extends OpenStudentOptions {
  /** The student's file; its run has been evaluated. */
  readonly checkpointPath: string;
  /** The folder of the evaluation, usually the run's. */
  readonly evaluationDir: string;
  /** The folder of photos; that of the evaluation unless given. */
  readonly datasetPath?: string;
  /** The cache of the teacher's maps; that of the evaluation unless given. */
  readonly rolloutDir?: string;
  /** Photos in each group of the gallery, at most. */
  readonly count: number;
  /** Threads that decode; the pool's default when not given. */
  readonly workers?: number;
  /** The most pixels of a photo to decode; the decoder's default when not given. */
  readonly maxPixels?: number;
  /** Stops the work before the next photo. */
  readonly signal?: AbortSignal;
  /** Called after each photo of the gallery. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** The measure by which photos are shown and spread out: CC, where maps rise and fall together. */
const MEASURE = "cc";

/**
 * Writes a run's report as an HTML document that needs nothing but itself.
 *
 * @param options Which run.
 * @throws {Error} When the run has not been evaluated, or the cache is not the evaluation's, or a photo is
 * missing.
 * @throws {SyntaxError} When a file is damaged.
 * @throws The signal's reason, when it was aborted.
 */
export async function report(options: ReportOptions): Promise<string> {
  const record = await readRunRecord(options.checkpointPath, options);
  const gallery = await describeGallery(record, options);
  const { evaluation } = record;
  const page: Page = {
    title: `Distilled attention rollout: ${evaluation.view}`,
    lead: describeLead(evaluation, MEASURE),
    sections: await describeSections(record, { measure: MEASURE, gallery }),
  };
  return writePage(page);
}

async function describeGallery(
  { evaluation, images }: RunRecord,
  { checkpointPath, count, workers, maxPixels, signal, onProgress, ...folders }: ReportOptions,
): Promise<Html> {
  const { rolloutDir, datasetPath } = { ...evaluation, ...withoutUndefined(folders) };
  using cache = await RolloutCache.open(rolloutDir);
  requireSameCache(cache, { evaluation, rolloutDir });
  const { name: student } = studentOf(evaluation);
  const groups = chooseExamples(images, {
    count,
    scoreOf: ({ scores }) => scores[student][MEASURE],
  });
  const total = groups.reduce((sum, { images }) => sum + images.length, 0);
  const title = evaluation.measures.find(({ name }) => name === MEASURE)?.title ?? MEASURE;
  using checkpoint = await openStudent(checkpointPath, folders);
  const preprocessing = checkpoint.description.view;
  using source = await PhotoSource.open({
    cache,
    datasetPath,
    preprocessing,
    workers,
    maxPixels,
  });
  let done = 0;
  return await drawGallery(groups, {
    checkpoint,
    cache,
    source,
    seed: evaluation.seed,
    student,
    measure: { name: MEASURE, title },
    signal,
    onPhoto: () => onProgress?.({ done: ++done, total }),
  });
}

function withoutUndefined<T extends object>(
  values: T,
): { [Name in keyof T]?: NonNullable<T[Name]> } {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [Name in keyof T]?: NonNullable<T[Name]> };
}

/** Maps of another cache must not stand beside these scores. */
function requireSameCache(
  { manifest }: RolloutCache,
  { evaluation, rolloutDir }: { evaluation: EvaluationFile; rolloutDir: string },
): void {
  const { pathsSha256 } = manifest.dataset;
  if (pathsSha256 === evaluation.datasetSha256) return;
  throw new Error(
    `Cannot report: the photos of ${rolloutDir} have the SHA-256 ${pathsSha256}, expected those of the ` +
      `evaluation, ${evaluation.datasetSha256}; run evaluate again, or name its cache with --rollout-dir`,
  );
}

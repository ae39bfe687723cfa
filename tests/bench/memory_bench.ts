/**
 * How much memory the first stage takes, against the size of the data set and of the model.
 *
 * @module
 */
import { join } from "node:path";
import { countParameters, describeCount } from "../../lib/model/parameters.ts";
import { saveModel } from "../../lib/model/save_model.ts";
import type { Bench } from "./bench.ts";
import { runTaskInChild } from "./child_task.ts";
import { writePhotos } from "./generated_photos.ts";
import { randomModel, type RandomModelSource } from "./random_model.ts";
import type { Row, Section } from "./result.ts";

/** Photos of the data sets: each has four times as many as the one before. */
const photoCounts = [256, 1024, 4096] as const;
/** Models, over a data set of the smallest size. */
const modelNames = [
  "deit_tiny_patch16_224",
  "deit_small_patch16_224",
  "deit_base_patch16_224",
] as const;
/** One block is enough to see whether photos pile up. */
const shallow = { depth: 1 };

/** Measures the peak of the resident memory of `precompute`, each time in a process of its own. */
export async function benchMemory(bench: Bench): Promise<Section> {
  const { weightsDir } = bench.options;
  const rows: Row[] = [];
  const teacher = await save(bench, { model: modelNames[0], args: shallow, weightsDir });
  for (const count of photoCounts) {
    await writePhotos(photosFolder(bench, count), { count, reporter: bench.reporter });
    const peak = await peakOfPrecompute(bench, { teacher: teacher.folder, count });
    rows.push(memoryRow(`${count} photos, one block of ${modelNames[0]}`, peak));
  }
  for (const model of modelNames) {
    const { folder, parameters } = await save(bench, { model, weightsDir });
    const peak = await peakOfPrecompute(bench, { teacher: folder, count: photoCounts[0] });
    rows.push(memoryRow(`${photoCounts[0]} photos, ${model} (${parameters})`, peak));
  }
  const notes = rows.every(({ ours }) => ours === undefined)
    ? ["Peaks of memory can be read on Linux alone."]
    : [];
  const title = `Peak memory of precompute, batch ${bench.options.batchSize}`;
  return { name: "memory", title, rows, notes };
}

function memoryRow(name: string, peakMiB: number | undefined): Row {
  return { name, unit: "MiB", ...(peakMiB !== undefined && { ours: peakMiB }) };
}

async function save(
  bench: Bench,
  source: RandomModelSource,
): Promise<{ folder: string; parameters: string }> {
  const folder = join(bench.folder, `memory-${source.model}-${source.args ? "shallow" : "whole"}`);
  const { model, description } = await randomModel(source);
  await saveModel(folder, { model, description });
  model.dispose();
  return { folder, parameters: describeCount(countParameters(description.config)) };
}

function photosFolder({ folder }: Bench, count: number): string {
  return join(folder, `memory-photos-${count}`);
}

async function peakOfPrecompute(
  bench: Bench,
  { teacher, count }: { teacher: string; count: number },
): Promise<number | undefined> {
  const { folder, options: { batchSize, backend, blas }, reporter } = bench;
  reporter.say(`precompute of ${count} photos`);
  const { peakMiB } = await runTaskInChild("precompute", [
    `--teacher-model=local-dir:${teacher}`,
    `--dataset-path=${photosFolder(bench, count)}`,
    `--rollout-dir=${join(folder, "memory-cache")}`,
    `--batch-size=${batchSize}`,
    `--backend=${backend}`,
    `--blas=${blas}`,
    "--overwrite",
    "--quiet",
  ], { signal: reporter.signal, withMemory: true });
  return peakMiB;
}

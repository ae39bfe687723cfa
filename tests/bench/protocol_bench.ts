/**
 * The whole protocol: from photos to a trained student.
 *
 * Ours runs the teacher once and trains from its cache; the original runs the teacher in every step.
 *
 * @module
 */
import { join } from "node:path";
import { saveModel } from "../../lib/model/save_model.ts";
import { createStudent, saveStudent } from "../../lib/model/student_checkpoint.ts";
import { precomputeDataset } from "../../lib/precompute/precompute_dataset.ts";
import { Random } from "../../lib/random/random.ts";
import { trainStudent } from "../../lib/train/train_student.ts";
import { type Bench, describeModelSize, trainDefaults } from "./bench.ts";
import { writePhotos } from "./generated_photos.ts";
import { measurePairs, type PairedTimes } from "./pairs.ts";
import type { Peer } from "./peer_process.ts";
import { randomModel } from "./random_model.ts";
import { durationRow, type Section } from "./result.ts";
import type { ModelDescription } from "../../lib/model/model_config_file.ts";

/** Seconds of the parts of one whole protocol with one epoch a phase. */
interface Parts {
  /** What is done once, however many epochs follow. */
  readonly once: number;
  /** An epoch with the base frozen. */
  readonly linear: number;
  /** An epoch of everything. */
  readonly ft: number;
}

/** Epochs of each phase; what is measured is one of each. */
const epochCounts = [1, 5, 20] as const;
const { lr, degradation } = trainDefaults;

/** Measures both sides' protocol at one epoch a phase, and extrapolates it to more. */
export async function benchProtocol(bench: Bench): Promise<Section> {
  const { options: { photoCount, repeats, batchSize, workers }, peer, reporter } = bench;
  const files = await prepareFiles(bench);
  const ours: Parts[] = [];
  const theirs: Parts[] = [];
  await measurePairs({
    title: "protocol",
    repeats,
    ours: collecting(ours, () => ourProtocol(bench, files)),
    peer: peer?.isAlive ? collecting(theirs, () => peerProtocol(peer, bench, files)) : undefined,
    reporter,
  });
  const pairs = (seconds: (parts: Parts) => number): PairedTimes => ({
    ours: ours.map(seconds),
    ...(theirs.length === ours.length && { peer: theirs.map(seconds) }),
  });
  const whole = (epochs: number) => ({ once, linear, ft }: Parts) => once + epochs * (linear + ft);
  return {
    name: "protocol",
    title: `Protocol: ${photoCount} photos, teacher ${describeModelSize(files.teacher)}, ` +
      `student ${describeModelSize(files.student)}, batch ${batchSize}, ${workers} workers`,
    rows: [
      { ...durationRow("once, before the first epoch", pairs((it) => it.once)), ratio: undefined },
      durationRow("epoch, base frozen", pairs((it) => it.linear)),
      durationRow("epoch, everything", pairs((it) => it.ft)),
      ...epochCounts.map((epochs) => {
        const how = epochs === 1 ? "1 epoch of each phase, measured" : `${epochs}, extrapolated`;
        return durationRow(how, pairs(whole(epochs)));
      }),
    ],
    notes: [
      "Once: ours runs the teacher over all photos, PyTorch loads its models.",
      "Extrapolated: once + epochs × (an epoch frozen + an epoch of everything). Our first epoch also loads " +
      "the student and decodes the photos, which later epochs do not, so that ours is rather too long.",
    ],
  };
}

/** A protocol as one iteration, whose parts are kept. */
function collecting(parts: Parts[], run: () => Promise<Parts>) {
  return {
    prepare: () => Promise.resolve(Infinity), // it is long: a warm-up would weigh little and cost much
    time: async () => {
      const measured = await run();
      parts.push(measured);
      return measured.once + measured.linear + measured.ft;
    },
  };
}

interface ProtocolFiles {
  readonly photos: string;
  readonly teacherFolder: string;
  readonly studentFolder: string;
  /** The student with its projection, for the peer. */
  readonly studentFile: string;
  readonly teacher: ModelDescription;
  readonly student: ModelDescription;
}

async function prepareFiles({ options, folder, reporter }: Bench): Promise<ProtocolFiles> {
  const place = (name: string) => join(folder, `protocol-${name}`);
  const photos = place("photos");
  await writePhotos(photos, { count: options.photoCount, reporter });
  const teacher = await randomModel({
    ...options,
    model: options.teacherModel,
    args: options.teacherArgs,
  });
  await saveModel(place("teacher"), teacher);
  const base = await randomModel({
    ...options,
    model: options.studentModel,
    args: options.studentArgs,
  });
  await saveModel(place("student"), base);
  const { grid } = teacher.model;
  const student = createStudent(base.model, { grid, random: Random.from("bench projection") });
  const studentFile = place("student.safetensors");
  const view = teacher.description.preprocessing;
  await saveStudent(studentFile, {
    student,
    description: { model: base.description, grid, degradation, view },
  });
  teacher.model.dispose();
  student.dispose();
  return {
    photos,
    teacherFolder: place("teacher"),
    studentFolder: place("student"),
    studentFile,
    teacher: teacher.description,
    student: base.description,
  };
}

async function ourProtocol(
  { options, folder, reporter }: Bench,
  files: ProtocolFiles,
): Promise<Parts> {
  const { rolloutMode: mode, headFusion, discardRatio, batchSize, workers } = options;
  const { weightsDir, blas, modelWorkers } = options;
  const rolloutDir = join(folder, "protocol-cache");
  const marks = [performance.now()];
  const mark = () => void marks.push(performance.now());
  await precomputeDataset({
    source: { model: `local-dir:${files.teacherFolder}`, weightsDir },
    rollout: { mode, headFusion, discardRatio },
    datasetPath: files.photos,
    rolloutDir,
    shardSize: 1024,
    overwrite: true,
    signal: reporter.signal,
    batchSize,
    workers,
    blas,
    modelWorkers,
  });
  mark();
  await trainStudent({
    source: { model: `local-dir:${files.studentFolder}`, weightsDir },
    fromScratch: false,
    degradation,
    allowMaeDownsize: false,
    training: {
      linearLayerEpochs: 1,
      ftEpochs: 1,
      batchSize,
      lr,
      augment: true,
      holdout: 0,
      seed: 0,
    },
    datasetPath: files.photos,
    rolloutDir,
    runDir: join(folder, "protocol-run"),
    workers,
    modelWorkers,
    blas,
    pixelCacheMb: 2048,
    resume: false,
    overwrite: true,
    signal: reporter.signal,
    onCheckpoint: mark, // after each epoch
  });
  reporter.signal.throwIfAborted();
  const [once, linear, ft] = marks.slice(1).map((end, i) => (end - marks[i]) / 1000);
  return { once, linear, ft };
}

async function peerProtocol(
  peer: Peer,
  { options, folder }: Bench,
  files: ProtocolFiles,
): Promise<Parts> {
  const { rolloutMode: mode, headFusion, discardRatio, batchSize, workers } = options;
  const { seconds: { load, linear, ft } } = await peer.request<
    { seconds: { load: number; linear: number; ft: number } }
  >("protocol", {
    teacher: files.teacherFolder,
    student: files.studentFile,
    checkpoint: join(folder, "protocol-checkpoint.pt"),
    folder: files.photos,
    preprocessing: files.teacher.preprocessing,
    rollout: { mode, headFusion, discardRatio },
    factor: degradation.factor,
    batchSize,
    workers,
    lr,
  });
  return { once: load, linear, ft };
}

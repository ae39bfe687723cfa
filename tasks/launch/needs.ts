/**
 * What each task reads and writes, by its options.
 *
 * @module
 */
import { join } from "node:path";
import { atCommit, isTimmName } from "../../lib/model/model_address.ts";
import type { ModelArgs } from "../../lib/model/model_args.ts";
import { exportTask } from "../../lib/config/export_schema.ts";
import { compareTask, reportTask } from "../../lib/config/report_schemas.ts";
import { sampleBaseFolder, sampleTeacherFolder } from "../../lib/config/sample.ts";
import type { OptionsOf, Task } from "../../lib/config/task.ts";
import * as tasks from "../../lib/config/task_schemas.ts";
import { webTask } from "../../lib/config/web_schema.ts";
import { readEvaluation } from "../../lib/run/evaluation_file.ts";
import { RunFolder, runsRoot } from "../../lib/run/run_folder.ts";
import { exportDirOf, studentFormatsOf } from "../stages/export_dir.ts";
import { runDirOf } from "../stages/run_dir.ts";
import { examplesFolder, pageFolder, scriptFolder, studentToServe } from "../stages/web_folders.ts";
import { cachedTeacher } from "./cached_teacher.ts";
import { readsOfRun, studentOf, teacherLearntFrom } from "./needed_student.ts";

/** A model that a task loads. */
export interface NeededModel {
  /** As a user names it. */
  readonly model: string;
  /** timm's `model_args`. */
  readonly args?: ModelArgs;
  /** Whether its description suffices, for training from scratch. */
  readonly withoutWeights?: boolean;
  /** Whether the task does without it where it is not there: no reason to download it. */
  readonly isOptional?: boolean;
}

/** Files and folders as the options name them; what is written may be read as well. */
export interface Needs {
  /** Folders and files that are read. */
  readonly reads?: readonly string[];
  /** Folders that the task fills. */
  readonly folders?: readonly string[];
  /** Files that it writes, and nothing beside them. */
  readonly files?: readonly string[];
  /** Models that it loads. */
  readonly models?: readonly NeededModel[];
  /** The address that it listens on. */
  readonly listens?: string;
}

/** A task that is started with the permissions for what its options name. */
export interface LaunchedTask<Options> {
  /** The task's name and options. */
  readonly task: Task<Options>;
  /** What these options ask for; `flags` names those that were given as flags. */
  needs(options: Options, flags: readonly string[]): Needs | Promise<Needs>;
}

type CommonOptions = { config?: string; backend?: string; blas?: string; json?: boolean };
/** What every task that is started this way takes. */
export type LaunchedOptions = CommonOptions & { weightsDir?: string; hubHosts?: unknown[] };

function launched<Options extends LaunchedOptions>(
  task: Task<Options>,
  needs: LaunchedTask<Options>["needs"],
): LaunchedTask<LaunchedOptions> {
  return { task, needs } as unknown as LaunchedTask<LaunchedOptions>;
}

/** Every task that is started this way. */
export const launchedTasks: readonly LaunchedTask<LaunchedOptions>[] = [
  launched(tasks.precomputeTask, ({ merge, datasetPath, rolloutDir, ...options }) => ({
    reads: merge ? [] : [datasetPath],
    folders: [rolloutDir],
    models: merge ? [] : [{ model: options.teacherModel, args: options.teacherArgs }],
  })),
  launched(tasks.trainTask, (options) => ({
    reads: [options.datasetPath, options.rolloutDir],
    folders: [runDirOf(options)],
    models: students([options.studentModel], options),
  })),
  launched(tasks.evaluateTask, async (options, flags) => {
    const { datasetPath, rolloutDir, withTeacher, faithfulness, equivariance } = options;
    const student = await studentOf(options, flags);
    const folder = options.outputDir ?? student.runFolder;
    const scores = folder && new RunFolder(folder);
    return {
      reads: [...student.reads, datasetPath, rolloutDir],
      files: scores ? [scores.evaluationFile, scores.imageScoresFile] : [],
      models: [
        ...student.models,
        ...withTeacher || faithfulness || equivariance ? await teacherOf(rolloutDir) : [],
      ],
    };
  }),
  launched(tasks.visualiseTask, async (options, flags) => {
    const student = await studentOf(options, flags);
    return {
      reads: [...student.reads, options.datasetPath, options.rolloutDir, ...options.photos],
      files: [options.output ?? join(student.pictureFolder, "visualise.png")],
      models: [...student.models, ...await teacherToDraw(options, student.checkpoint)],
    };
  }),
  launched(tasks.glimpsesTask, async (options, flags) => {
    const { datasetPath, rolloutDir, photos, output } = options;
    const student = await studentOf(options, flags);
    return {
      reads: [...student.reads, datasetPath, rolloutDir, ...photos],
      files: [output ?? join(student.pictureFolder, "glimpses.png")],
      models: student.models,
    };
  }),
  launched(reportTask, async (options, flags) => {
    const student = await studentOf(options, flags);
    const folder = options.evaluationDir ?? student.pictureFolder;
    const { evaluationFile, reportFile } = new RunFolder(folder);
    const evaluation = await readEvaluation(evaluationFile).catch(() => undefined); // the task says why
    const datasetPath = options.datasetPath ?? evaluation?.datasetPath;
    const rolloutDir = options.rolloutDir ?? evaluation?.rolloutDir;
    const folders = [student.runFolder, folder, datasetPath, rolloutDir];
    return {
      reads: [...student.reads, ...folders.filter((it) => it !== undefined)],
      files: [options.output ?? reportFile],
      models: student.models,
    };
  }),
  launched(compareTask, async (options) => ({
    reads: [options.datasetPath, options.rolloutDir],
    folders: [options.outputDir],
    models: [
      ...students(options.studentModels, options),
      ...(options.withTeacher ? await teacherOf(options.rolloutDir) : []),
    ],
  })),
  launched(exportTask, async (options, flags) => {
    const { formats, rolloutDir, evaluationDir } = options;
    const student = studentFormatsOf(formats).length > 0
      ? await studentOf(options, flags)
      : undefined;
    const scores = student && new RunFolder(evaluationDir ?? student.pictureFolder);
    return {
      reads: [
        ...student?.reads ?? [],
        ...scores ? [scores.evaluationFile] : [],
        ...formats.includes("npy") || student?.isForeign ? [rolloutDir] : [],
      ],
      folders: [exportDirOf(options, student?.checkpoint)],
      models: student?.models,
    };
  }),
  launched(tasks.verifyTask, ({ datasetPath, rolloutDir, ...options }) => ({
    reads: [datasetPath, rolloutDir, ...readsOfRun(options), ...options.checkpoints],
  })),
  launched(webTask, async ({ host, port, ...choice }) => ({
    reads: [
      ...[pageFolder, scriptFolder, examplesFolder],
      ...readsOfRun(choice),
      await studentToServe(choice),
    ],
    listens: `${host}:${port}`,
  })),
  launched(tasks.demoTask, ({ outputDir }) => ({
    folders: [outputDir],
    models: [sampleTeacherFolder, sampleBaseFolder].map((it) => ({ model: `local-dir:${it}` })),
  })),
  // it runs Python and other tasks: who may run programs may do anything, so its set has little to hold back
  launched(tasks.benchTask, ({ teacherModel, teacherArgs, studentModel, studentArgs }) => ({
    models: [
      ...students([teacherModel], { studentArgs: teacherArgs, fromScratch: true }),
      ...students([studentModel], { studentArgs, fromScratch: true }),
    ],
  })),
  launched(tasks.sampleTask, ({ outputDir }) => ({
    folders: [outputDir, join(runsRoot, "sample")],
  })),
];

function students(
  models: readonly string[],
  { studentArgs: args, fromScratch }: { studentArgs?: ModelArgs; fromScratch: boolean },
): NeededModel[] {
  return models
    .filter((model) => !(fromScratch && isTimmName(model)))
    .map((model) => ({ model, args, withoutWeights: fromScratch }));
}

/** The teacher of a cache, where there is one. */
async function teacherOf(rolloutDir: string): Promise<NeededModel[]> {
  const teacher = await cachedTeacher(rolloutDir);
  return teacher ? [teacher] : [];
}

/** The teacher of a picture, as {@linkcode planTeacher} settles it; cached photos need no more than its size. */
async function teacherToDraw(
  options: OptionsOf<typeof tasks.visualiseTask>,
  checkpoint: string,
): Promise<NeededModel[]> {
  const { teacherModel, teacherArgs: args, rolloutMode, headFusion, discardRatio, half } = options;
  if (teacherModel !== undefined) return [{ model: teacherModel, args }];
  const cached = await cachedTeacher(options.rolloutDir);
  const isAsked = [args, rolloutMode, headFusion, discardRatio, half].some((it) =>
    it !== undefined
  );
  if (cached?.isComplete && !isAsked && options.photos.length === 0) {
    return [{ ...cached, isOptional: true }];
  }
  const learnt = await teacherLearntFrom(checkpoint);
  const basis = cached ??
    (learnt && { model: atCommit(learnt.name, learnt.commit), args: learnt.args });
  const usual = tasks.precomputeTask.schema.parse({}).teacherModel;
  return [{ model: basis?.model ?? usual, args: args ?? basis?.args }];
}

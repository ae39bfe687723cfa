/**
 * A data set of scenes, its teacher and cache, and a student to draw.
 *
 * @module
 */
import { join } from "node:path";
import type { Degradation } from "../../lib/config/degradation.ts";
import { sceneFileName } from "../../lib/dataset/scene_folder.ts";
import { buildFromScratch, describeModel } from "../../lib/model/model_source.ts";
import {
  createStudent,
  saveStudent,
  type StudentDescription,
} from "../../lib/model/student_checkpoint.ts";
import { gridOf } from "../../lib/model/vit_config.ts";
import { Random } from "../../lib/random/random.ts";
import type { TeacherChoice } from "../../lib/visualise/teacher_plan.ts";
import { testOnEveryBackend } from "../support/backends.ts";
import { filesObstacle, testWithFiles } from "../support/permissions.ts";
import { makeTinyPipeline } from "../support/tiny_pipeline.ts";

/** The photos of the data set, in order. */
export const paths = Array.from({ length: 6 }, (_, index) => sceneFileName(index));

/** What the student is to be. */
export interface WorkplaceOptions {
  readonly degradation?: Degradation;
  /** Keeps the photos' pixels in the cache. */
  readonly cacheImages?: boolean;
  /** The student's `model_args`, over those of the teacher. */
  readonly studentArgs?: Readonly<Record<string, unknown>>;
  /** The student's crop percentage, if not the teacher's. */
  readonly cropPct?: number;
}

/** Makes everything in a folder of its own, and options to draw it all; a backend must run. */
export async function workplace(options: WorkplaceOptions = {}) {
  const { root, options: { source, datasetPath, rolloutDir } } = await makeTinyPipeline({
    photos: paths.length,
    cacheImages: options.cacheImages,
  });
  const checkpointPath = join(root, "run", "checkpoints", "student-tiny-epoch1.safetensors");
  const description = await writeStudent(checkpointPath, { teacher: source.model, ...options });
  const teacher: TeacherChoice = { weightsDir: source.weightsDir };
  const photos: string[] = [];
  return {
    root,
    description,
    /** The teacher's name, and the folder that it means. */
    teacher: { name: source.model, folder: source.model.replace("local-dir:", "") },
    options: {
      checkpointPath,
      datasetPath,
      rolloutDir,
      photos,
      count: paths.length,
      holdout: 0,
      teacher,
      seed: 3,
      workers: 1,
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

async function writeStudent(
  path: string,
  { teacher, degradation, studentArgs, cropPct }: WorkplaceOptions & { teacher: string },
): Promise<StudentDescription> {
  const { config, preprocessing } = await describeModel({ model: teacher, weightsDir: "" });
  const random = Random.from("student");
  const source = { model: teacher, args: studentArgs, weightsDir: "" };
  const { model, description } = await buildFromScratch(source, random);
  const student = createStudent(model, { grid: gridOf(config), random });
  const whole: StudentDescription = {
    model: description,
    grid: student.grid,
    degradation: degradation ?? { strategy: "DOWNSIZE", factor: 4 },
    view: { ...preprocessing, cropPct: cropPct ?? preprocessing.cropPct },
  };
  await saveStudent(path, { student, description: whole });
  student.dispose();
  return whole;
}

/** Registers a test that needs files and a backend; one backend does where numbers do not matter. */
export function testWithBackend(
  name: string,
  body: () => Promise<void>,
  options?: Parameters<typeof testOnEveryBackend>[2],
): void {
  if (filesObstacle) testWithFiles(name, body);
  else testOnEveryBackend(name, body, options);
}

/** For {@linkcode testWithBackend}. */
export const onCpu = { only: ["cpu" as const] };

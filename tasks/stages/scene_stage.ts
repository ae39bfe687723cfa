/**
 * Scenes instead of photos, and the sample teacher's maps of them.
 *
 * @module
 */
import { join } from "node:path";
import { precomputeTask } from "../../lib/config/task_schemas.ts";
import { writeScenes } from "../../lib/dataset/scene_folder.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { precomputeStage } from "./precompute_stage.ts";

/** Where scenes and maps are. */
export interface MappedScenes {
  /** The folder of scenes. */
  readonly datasetPath: string;
  /** The cache of their maps. */
  readonly rolloutDir: string;
}

/** Draws scenes into `images` of a folder, and maps them into its `rollouts`, whatever was there. */
export async function sceneStage(
  folder: string,
  { teacherModel, count, seed, terminal }: {
    teacherModel: string;
    count: number;
    seed: number;
    terminal: Terminal;
  },
): Promise<MappedScenes> {
  const scenes = { datasetPath: join(folder, "images"), rolloutDir: join(folder, "rollouts") };
  const drawing = terminal.progress("draw scenes", count, { unit: "scenes" });
  await writeScenes(scenes.datasetPath, {
    count,
    seed,
    onScene: (done) => {
      terminal.signal.throwIfAborted();
      drawing.update({ done });
    },
  });
  drawing.stop();
  const options = { ...scenes, teacherModel, overwrite: true };
  await precomputeStage(precomputeTask.schema.parse(options), terminal);
  return scenes;
}

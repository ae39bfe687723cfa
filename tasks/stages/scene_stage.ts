/**
 * Scenes instead of photos, and the sample teacher's maps of them.
 *
 * @module
 */
import { namesIn } from "../../lib/files/if_present.ts";
import { join } from "node:path";
import { precomputeTask } from "../../lib/config/task_schemas.ts";
import { UsageError } from "../../lib/config/usage_error.ts";
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

/**
 * Draws scenes into `images` of a folder, and maps them into its `rollouts`, in place of earlier scenes.
 *
 * @throws {UsageError} When the folder holds photos or maps that no earlier call has made.
 */
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
  await refuseForeign(scenes);
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

/** Scenes and their maps are made anew each time; a user's own must not be lost by it. */
async function refuseForeign({ datasetPath, rolloutDir }: MappedScenes): Promise<void> {
  const names = await namesIn(datasetPath);
  const foreign = names.find((name) => !isSceneFile(name)) ??
    (names.length === 0 ? (await namesIn(rolloutDir))[0] : undefined);
  if (foreign === undefined) return;
  throw new UsageError(
    `${datasetPath} or ${rolloutDir} holds what was not drawn here (${foreign}), expected nothing or ` +
      "earlier scenes; name another --output-dir",
  );
}

function isSceneFile(name: string): boolean {
  return /^scene-\d+\.png$|^scenes\.jsonl$|^\.scene.*\.tmp$/.test(name);
}

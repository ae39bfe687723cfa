/**
 * Writes sample scenes as a data set: a folder of PNG files, and what is known about each.
 *
 * @module
 */
import { join } from "node:path";
import { writeFileAtomically } from "../files/atomic_write.ts";
import { encodePng } from "../image/png.ts";
import { sceneAt, type SceneOptions } from "./scenes.ts";

/** Which scenes to write, and how many. */
export interface SceneFolderOptions extends SceneOptions {
  /** Scenes 0 … count − 1 are written. */
  readonly count: number;
  /** The seed that all of them depend on. */
  readonly seed: number;
  /** Called after each scene with the number written so far. */
  readonly onScene?: (written: number) => void;
}

/** The name of a scene's file, e.g. `scene-00042.png`. */
export function sceneFileName(index: number): string {
  return `scene-${String(index).padStart(5, "0")}.png`;
}

/**
 * Writes scenes `scene-00000.png` … and, last, `scenes.jsonl`: a line a scene with its `path`, its
 * `label` (the hue class) and the `box` of its salient object, `[top, left, bottom, right]` in
 * pixels, ends excluded. The same options give the same files; a larger count adds to them.
 *
 * @throws {RangeError} When the scenes would be too small or have too few classes.
 */
export async function writeScenes(folder: string, options: SceneFolderOptions): Promise<void> {
  const { count, onScene } = options;
  const lines: string[] = [];
  for (let index = 0; index < count; index++) {
    const { image, label, object } = sceneAt(index, options);
    const path = sceneFileName(index);
    await writeFileAtomically(join(folder, path), await encodePng(image));
    lines.push(JSON.stringify({ path, label, box: object.box }) + "\n");
    onScene?.(index + 1);
  }
  await writeFileAtomically(join(folder, "scenes.jsonl"), lines.join(""));
}

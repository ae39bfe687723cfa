/**
 * Students of the original system: weights alone, that say nothing of architecture, degradation and view.
 *
 * @module
 */
import type { Degradation } from "../config/degradation.ts";
import { oneLine } from "../files/one_line.ts";
import type { Preprocessing } from "../image/preprocess.ts";
import { loadStudent, type StudentCheckpoint } from "./load_student.ts";
import type { ModelDescription } from "./model_config_file.ts";
import type { StateDict } from "./state_dict.ts";
import type { OpenStudentOptions } from "./student_checkpoint.ts";
import type { StudentDescription } from "./student_description.ts";
import { openWeightsFile } from "./weights_file.ts";

/** What has to be said of a student whose file does not. */
export interface ForeignStudent {
  /** The base model. */
  readonly model: ModelDescription;
  /** What the student was shown. */
  readonly degradation: Degradation;
  /** The maps that it learnt, where they are known; a map of another size does not count. */
  readonly maps?: {
    readonly grid: readonly [gridHeight: number, gridWidth: number];
    readonly view: Preprocessing;
  };
}

/**
 * Reads a student whose file carries weights alone.
 *
 * @param options What the file may ask for, and what is said of it.
 * @throws {SyntaxError} When the file is damaged, or its weights are not those of a student of that architecture.
 * @throws {RangeError} When it asks for more than the limits, or its map's grid cannot be known.
 * @throws {Error} When nothing is said of it.
 */
export async function openForeignStudent(
  path: string,
  { foreign, ...limits }: OpenStudentOptions,
): Promise<StudentCheckpoint> {
  if (!foreign) {
    throw new Error(
      `Cannot open student: ${path} carries weights alone, expected a checkpoint that train wrote; or say what it ` +
        "is, with --student-model and --strategy",
    );
  }
  using weights = await openWeightsFile(path, limits);
  const description = describeForeign(weights, foreign);
  const { model: { config }, grid } = description;
  try {
    const student = await loadStudent(weights, { config, grid });
    return { student, description, metadata: {}, [Symbol.dispose]: () => student.dispose() };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`${error.message}; look at --student-model and --student-args`);
  }
}

/**
 * Completes what was said of a student by what its weights and the maps tell: the grid is that of the maps, else
 * square; a photo is cropped as for the maps, else as for the base.
 *
 * @param source The student's weights.
 * @throws {SyntaxError} When there is no projection, or a layer beside it and the base.
 * @throws {RangeError} When the projection's rows are neither those of the maps nor a square.
 */
function describeForeign(
  { name, shapes }: StateDict,
  { model, degradation, maps }: ForeignStudent,
): StudentDescription {
  const cells = shapes.get("projection.bias")?.[0];
  if (cells === undefined) {
    throw new SyntaxError(
      `Cannot open student: ${name} has no projection.bias, expected a state dict of model.* and projection.*`,
    );
  }
  requireNoOther({ name, shapes });
  if (maps && maps.grid[0] * maps.grid[1] === cells) {
    return { model, degradation, grid: maps.grid, view: maps.view };
  }
  const side = Math.sqrt(cells);
  if (side > 0 && Number.isInteger(side)) {
    return { model, degradation, grid: [side, side], view: model.preprocessing };
  }
  throw new RangeError(
    `Cannot open student: ${name}: its projection has ${cells} rows, expected those of the cache's maps` +
      `${
        maps ? ` (${maps.grid.join("×")})` : ""
      } or a square; name the cache of its teacher with --rollout-dir`,
  );
}

/** Whatever else a file holds had its part in the student's maps: without it they would be others. */
function requireNoOther({ name, shapes }: Pick<StateDict, "name" | "shapes">): void {
  const parts = /^model\.|^projection\.(weight|bias)$/;
  const others = [...shapes.keys()].filter((key) => !parts.test(key));
  if (others.length === 0) return;
  throw new SyntaxError(
    `Cannot open student: ${name} has ${
      oneLine(others.join(", "))
    }, expected a state dict of model.* and ` +
      "projection.* alone",
  );
}

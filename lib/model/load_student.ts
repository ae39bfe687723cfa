/**
 * Students from bytes in memory, wherever those come from: nothing here touches a file, so that it serves
 * browsers too.
 *
 * @module
 */
import { parseChecksummed } from "../weights/checksum.ts";
import type { SafetensorsContent } from "../weights/safetensors_bytes.ts";
import {
  loadParameters,
  type StateDict,
  stateDictOf,
  variableOf,
  withinPrefix,
} from "./state_dict.ts";
import { Student } from "./student.ts";
import { parseDescription, type StudentDescription } from "./student_description.ts";
import { VisionTransformer } from "./vision_transformer.ts";
import { outDimOf, type VitConfig } from "./vit_config.ts";

/** A student that is loaded; disposing of it frees its weights. */
export interface StudentCheckpoint extends Disposable {
  /** The weights on the backend. */
  readonly student: Student;
  /** What using the student takes. */
  readonly description: StudentDescription;
  /** All texts of the file, the training's configuration and step among them. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a student from the bytes of its file, for instance fetched by a browser; a backend must be open.
 *
 * @param bytes The whole file that `train` wrote: safetensors.
 * @param options.name What messages call the file.
 * @returns The student, which the caller disposes, and what using it takes.
 * @throws {SyntaxError} When the file is damaged or is not a student's, naming it and the fault.
 */
export async function parseStudent(
  bytes: Uint8Array,
  { name = "student" }: { readonly name?: string } = {},
): Promise<StudentCheckpoint> {
  return await studentOf(parseChecksummed(bytes, { name }), name);
}

/**
 * Puts the student of a file on the backend.
 *
 * @param content What the file holds, its checksum verified.
 * @param name Named in errors.
 * @throws {SyntaxError} When the file is not a student's.
 */
export async function studentOf(
  { tensors, metadata }: SafetensorsContent,
  name: string,
): Promise<StudentCheckpoint> {
  const description = parseDescription(metadata, name);
  const { model: { config }, grid } = description;
  const student = await loadStudent(stateDictOf(name, tensors), { config, grid });
  return { student, description, metadata, [Symbol.dispose]: () => student.dispose() };
}

/**
 * Puts a student's weights on the backend.
 *
 * @param source Tensors under `model.` and `projection.`, in timm's layout.
 * @throws {SyntaxError} When keys are missing, left over or misshapen.
 */
export async function loadStudent(
  source: StateDict,
  { config, grid }: { config: VitConfig; grid: readonly [number, number] },
): Promise<Student> {
  const numCells = grid[0] * grid[1];
  requireShape(source, "projection.weight", [numCells, outDimOf(config)]);
  requireShape(source, "projection.bias", [numCells]);
  const parameters = await loadParameters(config, withinPrefix(source, "model."));
  const projection = {
    weight: variableOf("projection.weight", await source.read("projection.weight")),
    bias: variableOf("projection.bias", await source.read("projection.bias")),
  };
  return new Student(new VisionTransformer(config, parameters), { projection, grid });
}

function requireShape(source: StateDict, key: string, expected: readonly number[]): void {
  const actual = source.shapes.get(key);
  if (actual?.join() === expected.join()) return;
  throw new SyntaxError(
    `Cannot load student: ${source.name}: ${key} is ${
      actual ? `[${actual.join(", ")}]` : "missing"
    }, expected [${expected.join(", ")}]`,
  );
}

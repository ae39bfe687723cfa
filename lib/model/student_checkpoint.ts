/**
 * Students on disk: safetensors with timm's keys under `model.`, the projection under `projection.`, and a
 * checksum of all of it.
 *
 * @module
 */
import type { WeightLimits } from "../files/limits.ts";
import type { Random } from "../random/random.ts";
import { readChecksummed, writeChecksummed } from "../weights/checksummed_file.ts";
import type { HostTensor } from "../weights/host_tensor.ts";
import { type ForeignStudent, openForeignStudent } from "./foreign_student.ts";
import { initialLinear } from "./initialise.ts";
import { isForeignStudent } from "./is_foreign_student.ts";
import { type StudentCheckpoint, studentOf } from "./load_student.ts";
import { toTimmLayout } from "./parameter_layout.ts";
import { readParameters, variableOf } from "./state_dict.ts";
import { Student } from "./student.ts";
import { serialiseDescription, type StudentDescription } from "./student_description.ts";
import type { VisionTransformer } from "./vision_transformer.ts";
import { outDimOf } from "./vit_config.ts";

export { loadStudent, parseStudent, type StudentCheckpoint } from "./load_student.ts";
export type { StudentDescription } from "./student_description.ts";

/**
 * Puts a new projection, drawn as PyTorch draws an `nn.Linear`, behind a base model, which it takes over.
 *
 * @param base The model in front of the projection.
 * @param options The teacher's grid, and where the weights are drawn from.
 * @returns The student; the caller disposes it.
 */
export function createStudent(
  base: VisionTransformer,
  { grid, random }: { grid: readonly [number, number]; random: Random },
): Student {
  const sizes = { inputs: outDimOf(base.config), outputs: grid[0] * grid[1] };
  const { weight, bias } = initialLinear(sizes, random);
  const projection = {
    weight: variableOf("projection.weight", weight),
    bias: variableOf("projection.bias", bias),
  };
  return new Student(base, { projection, grid });
}

/** Reads a student's weights back from the backend, in timm's layout, float32. */
export async function readStudent(student: Student): Promise<Map<string, HostTensor>> {
  const tensors = new Map<string, HostTensor>();
  for (const [key, tensor] of await readParameters(student.base.config, student.base.parameters)) {
    tensors.set(`model.${key}`, tensor);
  }
  for (const [name, variable] of student.projectionParameters) {
    const data = await variable.data<"float32">();
    tensors.set(name, toTimmLayout(name, { data, shape: variable.shape.toReversed() }));
  }
  return tensors;
}

/**
 * Writes a student, atomically and with a checksum; `metadata` is kept beside its description.
 *
 * @param path Missing folders are made; a file that is there is replaced.
 * @param options The student, which stays the caller's, what using it takes, and texts to keep.
 */
export async function saveStudent(
  path: string,
  { student, description, metadata = {} }: {
    student: Student;
    description: StudentDescription;
    metadata?: Readonly<Record<string, string>>;
  },
): Promise<void> {
  await writeChecksummed(path, await readStudent(student), {
    metadata: { ...metadata, ...serialiseDescription(description) },
  });
}

/** How a student's file is read. */
export interface OpenStudentOptions extends WeightLimits {
  /** What is said of a student whose file carries weights alone; not asked for any other. */
  readonly foreign?: ForeignStudent;
}

/**
 * Reads a student: a checkpoint of this project, or weights alone of which the options say the rest.
 *
 * @param path A checkpoint that `train` wrote, or the weights of a student of the original system.
 * @param options What the file may ask for, and what is said of it.
 * @returns The student, which the caller disposes, and what using it takes.
 * @throws {SyntaxError} When the file is damaged or is not a student's, naming it and the fault.
 * @throws {RangeError} When it asks for more than the limits.
 * @throws {Error} When it carries weights alone, and nothing is said of them.
 */
export async function openStudent(
  path: string,
  { foreign, ...limits }: OpenStudentOptions = {},
): Promise<StudentCheckpoint> {
  if (await isForeignStudent(path, limits)) {
    return await openForeignStudent(path, { foreign, ...limits });
  }
  return await studentOf(await readChecksummed(path, limits), path);
}

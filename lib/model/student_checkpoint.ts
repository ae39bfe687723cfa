/**
 * Students on disk: safetensors with timm's keys under `model.`, the projection under `projection.`, and a
 * checksum of all of it.
 *
 * @module
 */
import { z } from "zod";
import type { Degradation } from "../config/degradation.ts";
import { parseJson } from "../files/json.ts";
import type { WeightLimits } from "../files/limits.ts";
import type { Preprocessing } from "../image/preprocess.ts";
import { preprocessingFields } from "../image/preprocessing_schema.ts";
import type { Random } from "../random/random.ts";
import { readChecksummed, writeChecksummed } from "../weights/checksum.ts";
import type { HostTensor } from "../weights/safetensors.ts";
import { type ForeignStudent, isForeignStudent, openForeignStudent } from "./foreign_student.ts";
import { initialLinear } from "./initialise.ts";
import {
  describeModelFile,
  type ModelDescription,
  serialiseModelFile,
} from "./model_config_file.ts";
import { toTimmLayout } from "./parameter_layout.ts";
import { readParameters, stateDictOf, variableOf } from "./state_dict.ts";
import { loadStudent } from "./load_student.ts";
import { Student } from "./student.ts";
import type { VisionTransformer } from "./vision_transformer.ts";
import { outDimOf } from "./vit_config.ts";

/** Everything besides its weights that using a student takes. */
export interface StudentDescription {
  /** The base model. */
  readonly model: ModelDescription;
  /** The grid of the maps it predicts. */
  readonly grid: readonly [gridHeight: number, gridWidth: number];
  /** What it sees of a photo. */
  readonly degradation: Degradation;
  /** How a photo becomes the crop that the teacher saw and the map belongs to. */
  readonly view: Preprocessing;
}

/** A student read from disk; the caller disposes `student`. */
export interface StudentCheckpoint {
  /** The weights on the backend. */
  readonly student: Student;
  /** What using the student takes. */
  readonly description: StudentDescription;
  /** All texts of the file, the training's configuration and step among them. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** How a student's file is read. */
export interface OpenStudentOptions extends WeightLimits {
  /** What is said of a student whose file carries weights alone; not asked for any other. */
  readonly foreign?: ForeignStudent;
}

const descriptionSchema = z.object({
  grid: z.tuple([z.int().min(1), z.int().min(1)]),
  degradation: z.discriminatedUnion("strategy", [
    z.object({ strategy: z.literal("DOWNSIZE"), factor: z.number().min(1) }),
    z.object({ strategy: z.literal("MAE"), maskRatio: z.number().min(0).lt(1) }),
  ]),
  view: z.object(preprocessingFields),
});

/** Puts a new projection, drawn as PyTorch draws an `nn.Linear`, behind a base model, which it takes over. */
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

/** Writes a student, atomically and with a checksum; `metadata` is kept beside its description. */
export async function saveStudent(
  path: string,
  { student, description, metadata = {} }: {
    student: Student;
    description: StudentDescription;
    metadata?: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const { model, ...rest } = description;
  await writeChecksummed(path, await readStudent(student), {
    metadata: { ...metadata, model: serialiseModelFile(model), student: JSON.stringify(rest) },
  });
}

/**
 * Reads a student: a checkpoint of this project, or weights alone of which the options say the rest.
 *
 * @param options What the file may ask for, and what is said of it.
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
  const { tensors, metadata } = await readChecksummed(path, limits);
  const description = parseDescription(metadata, path);
  const student = await loadStudent(stateDictOf(path, tensors), {
    config: description.model.config,
    grid: description.grid,
  });
  return { student, description, metadata };
}

function parseDescription(
  metadata: Readonly<Record<string, string>>,
  path: string,
): StudentDescription {
  if (!metadata.model || !metadata.student) {
    throw new SyntaxError(
      `Cannot open student: ${path} carries no description, expected a checkpoint that train wrote`,
    );
  }
  const model = describeModelFile(metadata.model, { path });
  try {
    return { model, ...parseJson(metadata.student, descriptionSchema) };
  } catch (error) {
    throw new SyntaxError(`Cannot open student: ${path}: ${(error as Error).message}`);
  }
}

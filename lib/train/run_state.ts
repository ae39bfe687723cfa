/**
 * Where an interrupted training goes on.
 *
 * @module
 */
import { ifPresent } from "../files/if_present.ts";
import { z } from "zod";
import { parseJson } from "../files/json.ts";
import type { Student } from "../model/student.ts";
import { loadStudent } from "../model/load_student.ts";
import { readStudent } from "../model/student_checkpoint.ts";
import { stateDictOf } from "../model/state_dict.ts";
import { readChecksummed, writeChecksummed } from "../weights/checksummed_file.ts";
import type { HostTensor } from "../weights/safetensors.ts";
import type { Adam } from "./adam.ts";

/** A place in a training: so many whole epochs of its schedule, then so many batches. */
export interface Position {
  /** Epochs done, over both phases. */
  readonly epochs: number;
  /** Batches done of the epoch after those. */
  readonly batches: number;
}

/** A training as it was interrupted. */
export interface RunState {
  /** How far it had come. */
  readonly position: Position;
  /** Optimiser steps taken in the phase under way; 0 at its start. */
  readonly optimiserSteps: number;
  /** Adam's moments in the phase under way; empty at its start. */
  readonly moments: ReadonlyMap<string, HostTensor>;
  /** The student's weights under `model.` and `projection.`. */
  readonly weights: ReadonlyMap<string, HostTensor>;
}

const positionSchema = z.object({
  epochs: z.int().min(0),
  batches: z.int().min(0),
  optimiserSteps: z.int().min(0),
});

/** Writes student, moments and position, atomically; without an optimiser the next phase begins. */
export async function saveRunState(
  path: string,
  { student, optimiser, position }: { student: Student; optimiser?: Adam; position: Position },
): Promise<void> {
  const tensors = new Map<string, HostTensor>();
  for (const [key, tensor] of await readStudent(student)) tensors.set(`student.${key}`, tensor);
  for (const [key, tensor] of await optimiser?.readMoments() ?? []) {
    tensors.set(`adam.${key}`, tensor);
  }
  const metadata = {
    position: JSON.stringify({ ...position, optimiserSteps: optimiser?.steps ?? 0 }),
  };
  await writeChecksummed(path, tensors, { metadata });
}

/**
 * Reads what {@linkcode saveRunState} wrote.
 *
 * @returns Undefined when nothing was saved yet: the run starts from its beginning.
 * @throws {SyntaxError} When the file is damaged.
 */
export async function readRunState(path: string): Promise<RunState | undefined> {
  const content = await ifPresent(readChecksummed(path));
  if (!content) return undefined;
  const { tensors, metadata } = content;
  const { optimiserSteps, ...position } = parsePosition(metadata.position ?? "null", path);
  return {
    position,
    optimiserSteps,
    moments: below("adam.", tensors),
    weights: below("student.", tensors),
  };
}

/**
 * Gives a student the weights of a state.
 *
 * @throws {SyntaxError} When they are not this student's.
 */
export async function restoreStudent({ weights }: RunState, student: Student): Promise<void> {
  const { base: { config }, grid } = student;
  const source = stateDictOf("checkpoints/state.safetensors", weights);
  const restored = await loadStudent(source, { config, grid });
  for (const [name, variable] of restored.parameters) {
    student.parameters.get(name)!.assign(variable);
  }
  restored.dispose();
}

function parsePosition(text: string, path: string): z.infer<typeof positionSchema> {
  try {
    return parseJson(text, positionSchema);
  } catch (error) {
    throw new SyntaxError(
      `Cannot resume: ${path} carries no position (${
        (error as Error).message
      }), expected a state ` +
        "that train wrote; start the run anew with --overwrite",
    );
  }
}

function below(
  prefix: string,
  tensors: ReadonlyMap<string, HostTensor>,
): Map<string, HostTensor> {
  return new Map(
    [...tensors].filter(([key]) => key.startsWith(prefix))
      .map(([key, tensor]) => [key.slice(prefix.length), tensor]),
  );
}

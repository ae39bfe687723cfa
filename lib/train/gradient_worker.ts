/**
 * The worker side of {@linkcode GradientPool}: a student of its own, and gradients for a part of a batch.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../backend/open_backend.ts";
import type { Scalar, Tensor, Variable } from "../backend/tensors.ts";
import type { WorkerResponse } from "../threads/worker_pool.ts";
import { Student } from "../model/student.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import { VisionTransformer } from "../model/vision_transformer.ts";
import type { Phase } from "../run/run_folder.ts";
import { piecesOf } from "../threads/pieces.ts";
import { photosInPass } from "./pass_size.ts";
import { type SharedHandle, SharedParameters } from "./shared_parameters.ts";
import { type LossAndGradients, lossAndGradients, trainedParameters } from "./train_step.ts";
import { type Example, makeBatch } from "./training_batch.ts";

/** Which student, and what it computes with: the same in every message. */
export interface GradientSetup {
  /** What the student is and sees. */
  readonly description: StudentDescription;
  /** Its parameters, which change from step to step. */
  readonly parameters: SharedHandle;
  /** As the backend's option of that name. */
  readonly blas: string;
}

/** A worker's share of a batch. */
export interface GradientRequest {
  /** The first message sets the student up. */
  readonly setup: GradientSetup;
  /** Which parameters are trained: those have changed since the last step. */
  readonly phase: Phase;
  /** The photos and maps of the share. */
  readonly examples: readonly Example[];
  /** Photos in the whole batch: losses and gradients are shares of its mean. */
  readonly batchSize: number;
  /** Where the gradients go. */
  readonly gradients: SharedHandle;
}

/** What the worker answers when the gradients are written. */
export interface GradientResponse {
  /** The share's part of the batch's mean loss. */
  readonly loss: number;
}

declare const self: DedicatedWorkerGlobalScope;

let student: Promise<Student> | undefined;

self.onmessage = async ({ data }: MessageEvent<GradientRequest>) => {
  try {
    const replica = await (student ??= start(data.setup));
    const loss = await computeGradients(replica, data);
    self.postMessage({ loss } satisfies WorkerResponse<GradientResponse>);
  } catch (error) {
    self.postMessage({ error: error as Error } satisfies WorkerResponse<GradientResponse>);
  }
};

async function start({ description, parameters, blas }: GradientSetup): Promise<Student> {
  await openBackend("wasm", { blas, blasThreads: 1 }); // one worker a core already
  const shared = new SharedParameters(parameters);
  const variables = new Map<string, Variable>();
  for (const name of shared.names) {
    variables.set(name, tf.tidy(() => tf.variable(shared.tensor(name))));
  }
  const base = [...variables]
    .filter(([name]) => name.startsWith("model."))
    .map(([name, variable]) => [name.slice("model.".length), variable] as const);
  const projection = {
    weight: variables.get("projection.weight")!,
    bias: variables.get("projection.bias")!,
  };
  const model = new VisionTransformer(description.model.config, new Map(base));
  return new Student(model, { projection, grid: description.grid });
}

async function computeGradients(
  student: Student,
  { setup, phase, examples, batchSize, gradients: place }: GradientRequest,
): Promise<number> {
  const parameters = new SharedParameters(setup.parameters);
  for (const [name, variable] of trainedParameters(student, phase)) {
    tf.tidy(() => variable.assign(parameters.tensor(name)));
  }
  const passes = piecesOf(examples, photosInPass(student.base.config)).map((part) => () => {
    const batch = makeBatch(part, setup.description);
    const share = part.length / batchSize;
    const computed = lossAndGradients(student, { batch, phase, share });
    tf.dispose(Object.values(batch));
    return computed;
  });
  const { loss, gradients } = addUp(passes);
  new SharedParameters(place).write(Object.entries(gradients));
  const [value] = await loss.data();
  tf.dispose([loss, gradients]);
  return value;
}

/** Runs one pass after the other, so that only one's activations are in memory. */
function addUp([first, ...others]: readonly (() => LossAndGradients)[]): LossAndGradients {
  let sum = first();
  for (const pass of others) {
    const next = pass();
    const gradients: Record<string, Tensor> = {};
    for (const [name, gradient] of Object.entries(sum.gradients)) {
      gradients[name] = gradient.add(next.gradients[name]);
    }
    const loss = sum.loss.add<Scalar>(next.loss);
    tf.dispose([sum.loss, sum.gradients, next.loss, next.gradients]);
    sum = { loss, gradients };
  }
  return sum;
}

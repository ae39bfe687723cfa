/**
 * The worker side of {@linkcode StudentPool}: a student of its own, which works on a part of the batch.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../backend/open_backend.ts";
import type { Scalar, Tensor, Variable } from "../backend/tensors.ts";
import { answerRequests } from "../threads/answer_requests.ts";
import { Student } from "../model/student.ts";
import type { StudentDescription } from "../model/student_checkpoint.ts";
import { VisionTransformer } from "../model/vision_transformer.ts";
import { concatenateMaps } from "../rollout/concatenate_maps.ts";
import { piecesOf } from "../threads/pieces.ts";
import { photosInPass } from "./pass_size.ts";
import { type SharedHandle, SharedParameters } from "./shared_parameters.ts";
import { baseFeatures, type LossAndGradients, lossAndGradients } from "./train_step.ts";
import { type Example, makeBatch, type TrainingBatch } from "./training_batch.ts";

/** Which student, and what it computes with: the same in every message. */
export interface StudentSetup {
  /** What the student is and sees. */
  readonly description: StudentDescription;
  /** Its parameters, which change from step to step. */
  readonly parameters: SharedHandle;
  /** As the backend's option of that name. */
  readonly blas: string;
}

/** What the base hands to the projection is asked for. */
export interface FeaturesTask {
  /** Which task. */
  readonly want: "features";
}

/** The loss and its gradients for all parameters, as they are now, are asked for. */
export interface GradientsTask {
  /** Which task. */
  readonly want: "gradients";
  /** Photos in the whole batch: losses and gradients are shares of its mean. */
  readonly batchSize: number;
  /** Where the gradients go. */
  readonly place: SharedHandle;
}

/** A worker's share of a batch. */
export interface StudentRequest {
  /** The first message sets the student up. */
  readonly setup: StudentSetup;
  /** The photos and maps of the share. */
  readonly examples: readonly Example[];
  /** What to compute of them. */
  readonly task: FeaturesTask | GradientsTask;
}

/** What the worker answers. */
export interface StudentAnswer {
  /** The share's part of the batch's mean loss; its gradients are written. */
  readonly loss?: number;
  /** The share's features, [photos, outDim]. */
  readonly features?: Float32Array;
}

/** This thread's student, which its first message loads. */
let student: Promise<Student> | undefined;

answerRequests<StudentRequest, StudentAnswer>(async (request) =>
  work(await (student ??= start(request.setup)), request)
);

async function start({ description, parameters, blas }: StudentSetup): Promise<Student> {
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

async function work(student: Student, request: StudentRequest): Promise<StudentAnswer> {
  const { task } = request;
  if (task.want === "features") return { features: await computeFeatures(student, request) };
  return { loss: await computeGradients(student, request, task) };
}

async function computeFeatures(student: Student, request: StudentRequest): Promise<Float32Array> {
  const passes: Float32Array[] = [];
  for (const part of passesOf(student, request)) {
    const features = onBatch(part, request, (batch) => baseFeatures(student, batch));
    passes.push(await features.data<"float32">());
    features.dispose();
  }
  return concatenateMaps(passes);
}

async function computeGradients(
  student: Student,
  request: StudentRequest,
  { batchSize, place }: GradientsTask,
): Promise<number> {
  const parameters = new SharedParameters(request.setup.parameters);
  for (const [name, variable] of student.parameters) {
    tf.tidy(() => variable.assign(parameters.tensor(name)));
  }
  const passes = passesOf(student, request).map((part) => () =>
    onBatch(part, request, (batch) => {
      return lossAndGradients(student, { batch, phase: "ft", share: part.length / batchSize });
    })
  );
  const { loss, gradients } = addUp(passes);
  new SharedParameters(place).write(Object.entries(gradients));
  const [value] = await loss.data();
  tf.dispose([loss, gradients]);
  return value;
}

function passesOf({ base }: Student, { examples }: StudentRequest): Example[][] {
  return piecesOf(examples, photosInPass(base.config));
}

function onBatch<Result>(
  examples: readonly Example[],
  { setup: { description } }: StudentRequest,
  compute: (batch: TrainingBatch) => Result,
): Result {
  const batch = makeBatch(examples, description);
  const result = compute(batch);
  tf.dispose(Object.values(batch));
  return result;
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

/**
 * Running ONNX files in onnxruntime, the reference for everything that is exported.
 *
 * @module
 */
import type { InferenceSession } from "onnxruntime-node";
import type { OnnxModel } from "../../../lib/export/onnx/serialise_model.ts";
import { serialiseModel } from "../../../lib/export/onnx/serialise_model.ts";

type Runtime = typeof import("onnxruntime-node");

/** What a graph is fed: an array and its shape by input. */
export type Feeds = Readonly<
  Record<string, readonly [data: Float32Array | Uint8Array | BigInt64Array, shape: number[]]>
>;

let runtime: Runtime | undefined;
let obstacle: string | undefined;
try {
  runtime = await import("onnxruntime-node");
} catch (error) {
  obstacle = `onnxruntime does not run here: ${(error as Error).message.split("\n")[0]}`;
}

/** Registers a test that runs onnxruntime; where it cannot, the test is ignored and its title says why. */
export function testWithRuntime(name: string, body: () => void | Promise<void>): void {
  Deno.test({
    name: obstacle ? `${name} — skipped: ${obstacle}` : name,
    ignore: obstacle !== undefined,
    fn: body,
  });
}

/** A model in onnxruntime. */
export class RunningModel implements AsyncDisposable {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /** Loads a model on the CPU. */
  static async open(model: OnnxModel): Promise<RunningModel> {
    return await RunningModel.read(await new Blob(serialiseModel(model) as BlobPart[]).bytes());
  }

  /** Loads a model's file on the CPU. */
  static async read(file: Uint8Array): Promise<RunningModel> {
    const options = { executionProviders: ["cpu"], logSeverityLevel: 2 } as const;
    return new RunningModel(await runtime!.InferenceSession.create(file, options));
  }

  /** Computes the graph's only output. */
  async run(feeds: Feeds): Promise<{ data: Float32Array; shape: readonly number[] }> {
    const { Tensor } = runtime!;
    const tensors = Object.entries(feeds).map(([name, [data, shape]]) =>
      [name, new Tensor(dtypeOf(data), data, shape)] as const
    );
    const { map } = await this.#session.run(Object.fromEntries(tensors));
    return { data: map.data as Float32Array, shape: map.dims };
  }

  /** Frees the model. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release();
  }
}

function dtypeOf(data: Float32Array | Uint8Array | BigInt64Array): "float32" | "uint8" | "int64" {
  if (data instanceof Float32Array) return "float32";
  return data instanceof Uint8Array ? "uint8" : "int64";
}

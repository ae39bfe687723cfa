/**
 * Running ONNX files in onnxruntime, whose answer is the measure of everything that is exported.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import process from "node:process";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { obstacleTo } from "../../support/permissions.ts";
import {
  type Answer,
  decodeTensor,
  encodeTensor,
  type PlainTensor,
  type Request,
} from "./runtime/protocol.ts";

/** The version that `runtime/onnxruntime.lock` pins. */
const PACKAGE = "npm:onnxruntime-node@1.30.0";

/** Tensors by the name of the input. */
export type Feeds = Readonly<Record<string, PlainTensor>>;

/** The process beside this one, which ends with it. */
class Runtime {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #answers: AsyncIterator<string>;
  readonly #errors: Promise<string>;

  constructor() {
    const path = (name: string) => fileURLToPath(new URL(`runtime/${name}`, import.meta.url));
    const lock = `--lock=${path("onnxruntime.lock")}`;
    const flags = ["run", "-A", "--quiet", "--no-config", "--frozen", lock];
    this.#child = spawn(Deno.execPath(), [...flags, path("serve.ts"), PACKAGE], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" }, // what it says may end in a title
    });
    this.#errors = text(this.#child.stderr);
    const lines: Interface = createInterface({ input: this.#child.stdout });
    this.#answers = lines[Symbol.asyncIterator]();
    addEventListener("unload", () => this.#child.kill());
  }

  async ask(request: Request): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return await this.answer();
  }

  async answer(): Promise<Answer> {
    const { value, done } = await this.#answers.next();
    if (done) throw new Error((await this.#errors).trim());
    return JSON.parse(value);
  }
}

let runtime: Runtime | undefined;
let obstacle = obstacleTo(["read", "run", "env"]);
if (obstacle === undefined) {
  try {
    runtime = new Runtime();
    await runtime.answer();
  } catch (error) {
    obstacle = `onnxruntime does not run here: ${(error as Error).message.split("\n")[0]}`;
  }
}

/** Why onnxruntime cannot be run, in words for a test's title; undefined when it can. */
export const runtimeObstacle: string | undefined = obstacle;

/** Registers a test that runs onnxruntime; where it cannot, the test is ignored and its title says why. */
export function testWithRuntime(name: string, body: () => void | Promise<void>): void {
  Deno.test({
    name: obstacle ? `${name} — skipped: ${obstacle}` : name,
    ignore: obstacle !== undefined,
    fn: body,
  });
}

/**
 * Loads a file into onnxruntime and runs it on each of some feeds.
 *
 * @param file The file's bytes, in pieces.
 * @returns The outputs by name, once a feed.
 */
export async function runOnnx(
  file: readonly Uint8Array[],
  feeds: readonly Feeds[],
): Promise<Record<string, PlainTensor>[]> {
  const { results, error } = await runtime!.ask({
    file: Buffer.concat(file).toString("base64"),
    feeds: feeds.map((feed) => mapValues(feed, encodeTensor)),
  });
  if (error !== undefined) throw new Error(`onnxruntime: ${error}`);
  return results.map((outputs) => mapValues(outputs, decodeTensor));
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

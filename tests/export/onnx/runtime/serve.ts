/**
 * Runs ONNX files in onnxruntime for whoever writes lines of JSON to its standard input, in a process of its
 * own: what `deno.json` and its lock name is downloaded by every task, and onnxruntime is large.
 *
 * `deno run --no-config --lock=onnxruntime.lock serve.ts npm:onnxruntime-node@VERSION`
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { type Answer, decodeTensor, encodeTensor, type Request } from "./protocol.ts";

const { InferenceSession, Tensor } = await import(Deno.args[0]);

async function answer({ file, feeds }: Request): Promise<Answer> {
  const session = await InferenceSession.create(Uint8Array.fromBase64(file), {
    executionProviders: ["cpu"],
  });
  const results: Answer["results"] = [];
  for (const feed of feeds) {
    const inputs = Object.entries(feed).map(([name, tensor]) => {
      const { dtype, data, shape } = decodeTensor(tensor);
      return [name, new Tensor(dtype, data, shape)];
    });
    const outputs = await session.run(Object.fromEntries(inputs));
    results.push(
      Object.fromEntries(session.outputNames.map((name: string) => [
        name,
        encodeTensor({ data: outputs[name].data, shape: [...outputs[name].dims] }),
      ])),
    );
  }
  await session.release();
  return { results };
}

console.log(JSON.stringify({ results: [] })); // it could be loaded
for await (const line of createInterface({ input: process.stdin })) {
  const result = await answer(JSON.parse(line)).catch((error): Answer => ({
    results: [],
    error: (error as Error).message,
  }));
  console.log(JSON.stringify(result));
}

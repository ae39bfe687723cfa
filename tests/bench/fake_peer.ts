/**
 * Speaks the peer's protocol without PyTorch, and misbehaves on request.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";

const replies: Record<string, (request: object) => object | undefined> = {
  hello: () => ({ torch: "0.0", device: `process ${Deno.pid}`, blas: "none" }),
  echo: (request) => request,
  fail: () => ({ error: "RuntimeError: out of memory" }),
  crash: () => {
    console.error("Traceback\n  some line\nRuntimeError: broken");
    Deno.exit(3);
  },
  teacher: () => undefined, // no reply: Ctrl-C finds it busy
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const reply = replies[request.do](request);
  if (reply) console.log(JSON.stringify(reply));
}

/**
 * A worker that dies over what it is asked: by an error that nobody handles, or by asking for too much memory.
 */
/// <reference lib="deno.worker" />
declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data }: MessageEvent<"throw" | "memory" | "answer">) => {
  if (data === "answer") return self.postMessage({ answered: true });
  if (data === "memory") new Uint8Array(2 ** 50); // more than any machine has
  setTimeout(() => {
    throw new Error("the end");
  });
};

/**
 * A worker that answers every message with a name of its own.
 */
/// <reference lib="deno.worker" />
declare const self: DedicatedWorkerGlobalScope;

const name = crypto.randomUUID();
self.onmessage = () => self.postMessage({ name });

/**
 * Fuzzes one kind of file in a thread of its own, which can be ended when a file keeps it busy for ever.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { fuzz, type FuzzOptions, type FuzzTally } from "./fuzz.ts";
import { subjects } from "./subjects.ts";

/** What the worker says: that it listens (a message before that would be lost), which file comes next, and in the end what became of all, or what went wrong. */
export type FuzzNews =
  | { readonly ready: true }
  | { readonly next: string }
  | { readonly tally: FuzzTally }
  | { readonly fault: string };

declare const self: DedicatedWorkerGlobalScope;

const say = (news: FuzzNews) => self.postMessage(news);

self.onmessage = async ({ data }: MessageEvent<FuzzOptions>) => {
  try {
    const subject = await subjects[data.kind]();
    try {
      say({ tally: await fuzz(subject, { ...data, onCase: (next) => say({ next }) }) });
    } finally {
      await subject.close?.();
    }
  } catch (error) {
    say({ fault: (error as Error).stack ?? String(error) });
  }
};

say({ ready: true });

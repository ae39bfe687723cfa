import assert from "node:assert/strict";
import { testWith } from "../support/permissions.ts";
import { runTaskInChild } from "./child_task.ts";

const { signal } = new AbortController();

testWith(["read", "run"], "runTaskInChild() says what a task took", async () => {
  const { seconds, peakMiB } = await runTaskInChild("bench", ["--help"], {
    signal,
    withMemory: true,
  });
  assert(seconds > 0);
  if (Deno.build.os === "linux") assert(peakMiB! > 10, `${peakMiB} MiB`); // V8 alone takes more
});

testWith(["read", "run"], "runTaskInChild() quotes a task that fails", async () => {
  await assert.rejects(
    runTaskInChild("bench", ["--repeats=0"], { signal }),
    /Cannot measure bench: error: --repeats is 0/,
  );
});

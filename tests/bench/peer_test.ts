/**
 * PyTorch computes what we compute, from the same weights; and the benchmark runs from end to end.
 */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import type { BenchOptions } from "../../lib/config/task_schemas.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { backendObstacle } from "../support/backends.ts";
import { testWith } from "../support/permissions.ts";
import { runBenchmark } from "./benchmark.ts";
import { Listener, tinyArgs, tinyOptions, torchObstacle } from "./bench_support.ts";
import { findPeer } from "./find_peer.ts";
import { StudentSetup } from "./student_setup.ts";
import { TeacherSetup } from "./teacher_setup.ts";

const obstacle = backendObstacle("wasm") ?? await torchObstacle();

function testWithTorch(name: string, body: () => Promise<void>): void {
  const title = obstacle ? `${name} — skipped: ${obstacle}` : name;
  Deno.test({ name: title, ignore: obstacle !== undefined, fn: body });
}

async function openPeer() {
  const found = await findPeer({});
  assert("peer" in found, (found as { obstacle: string }).obstacle);
  return found.peer;
}

/** Plain, distilled, DeiT-III, with registers and without a head. */
const models = [
  ["vit_tiny_patch16_224", tinyArgs],
  ["deit_tiny_distilled_patch16_224", tinyArgs],
  ["deit3_small_patch16_224", tinyArgs],
  ["vit_small_patch14_reg4_dinov2", { ...tinyArgs, num_classes: 0 }],
  ["vit_tiny_patch16_224", { ...tinyArgs, num_classes: 0 }],
] as const;

testWithTorch("peer.py rolls out the same maps as we do", async () => {
  await openBackend("wasm");
  await using peer = await openPeer();
  await using folder = await temporaryFolder();
  const before = tf.memory().numTensors;
  const settings: Partial<BenchOptions>[] = [
    { rolloutMode: "paper", headFusion: "mean", discardRatio: 0.5 },
    { rolloutMode: "vit-explain", headFusion: "max", discardRatio: 0 },
    { rolloutMode: "paper", headFusion: "min", discardRatio: 0.9 },
  ];
  for (const setting of settings) {
    for (const [model, args] of models) {
      const options = tinyOptions(setting);
      const bench = { options, peer, folder: folder.path, reporter: new Listener() };
      const setup = await TeacherSetup.open(bench, { ...options, model, args });
      const { difference, correlation } = setup.agreement!;
      await setup.close();
      const label = `${model} ${JSON.stringify(setting)}`;
      assert(difference < 1e-4, `${label}: ${difference}`);
      assert(correlation > 0.9999, `${label}: ${correlation}`);
    }
  }
  assert.equal(tf.memory().numTensors, before);
});

testWithTorch("peer.py trains with the same losses as we do", async () => {
  await openBackend("wasm");
  await using peer = await openPeer();
  await using folder = await temporaryFolder();
  const before = tf.memory().numTensors;
  for (const [studentModel, studentArgs] of models) {
    for (const phase of ["linear", "ft"] as const) {
      const options = tinyOptions({ studentModel, studentArgs });
      const bench = { options, peer, folder: folder.path, reporter: new Listener() };
      const setup = await StudentSetup.open(bench, phase);
      const difference = setup.lossDifference!;
      await setup.close();
      assert(difference < 1e-5, `${studentModel} ${phase}: ${difference}`);
    }
  }
  assert.equal(tf.memory().numTensors, before);
});

const only = ["teacher", "rollout", "student", "input", "protocol"] as const;

testWithTorch("runBenchmark() measures both sides", async () => {
  const backend = await openBackend("wasm");
  const reporter = new Listener();
  const options = tinyOptions({ only: [...only] });
  const { sections, peer } = await runBenchmark({ options, backend, reporter, command: "c" });
  assert("torch" in peer);
  assert.deepEqual(sections.map(({ name }) => name), only);
  assert(!reporter.warned.some((line) => line.includes("no comparison")), reporter.warned.join());
  for (const { title, rows } of sections) {
    assert(reporter.printed.includes(title));
    for (const { name, ours, peer, ratio } of rows) {
      assert(ours! > 0, name);
      if (/cache|^once/.test(name)) continue; // PyTorch has no cache, and other things to do once
      assert(peer! > 0 && ratio!.low > 0 && ratio!.high >= ratio!.low, name);
    }
  }
});

testWith(
  ["read", "write", "run"],
  "runBenchmark() goes on without PyTorch and says why",
  async () => {
    const backend = await openBackend("wasm");
    const reporter = new Listener();
    const options = tinyOptions({ only: ["teacher", "input"], python: "no-such-python" });
    const { sections, peer } = await runBenchmark({ options, backend, reporter, command: "c" });
    assert.match((peer as { obstacle: string }).obstacle, /^no-such-python/);
    assert.match(reporter.said.join("\n"), /no PyTorch, its columns stay empty: no-such-python/);
    for (const { rows } of sections) {
      for (const { name, ours, peer } of rows) assert(ours! > 0 && peer === undefined, name);
    }
  },
);

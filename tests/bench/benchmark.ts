/**
 * The benchmark: its parts one after the other, ours and PyTorch's in turn.
 *
 * @module
 */
import type { OpenedBackend } from "../../lib/backend/open_backend.ts";
import type { BenchOptions } from "../../lib/config/task_schemas.ts";
import type { Bench } from "./bench.ts";
import { findPeer } from "./find_peer.ts";
import { describeMachine, type Machine } from "./machine.ts";
import { writePage } from "./page.ts";
import type { PeerDescription, PeerProcess } from "./peer_process.ts";
import type { Reporter } from "./reporter.ts";
import type { Section, SectionName } from "./result.ts";
import { textTable } from "./table.ts";

/** What to measure, and with what. */
export interface BenchmarkOptions {
  /** What the user asked for. */
  readonly options: BenchOptions;
  /** The backend that is open. */
  readonly backend: OpenedBackend;
  /** Hears how it goes and what comes of it. */
  readonly reporter: Reporter;
  /** How to repeat it. */
  readonly command: string;
}

/** Everything that a run of the benchmark found out. */
export interface BenchmarkResult {
  /** When it began, ISO 8601. */
  readonly date: string;
  /** How to repeat it. */
  readonly command: string;
  /** Where it ran. */
  readonly machine: Machine;
  /** PyTorch's side, or why there is none. */
  readonly peer: PeerDescription | { readonly obstacle: string };
  /** The tables. */
  readonly sections: readonly Section[];
}

/** Sections whose numbers only we have. */
const aloneSections: ReadonlySet<SectionName> = new Set(["startup", "memory"]);

/**
 * Measures what was asked for and prints each table when it is complete.
 *
 * @throws The signal's reason, when it was aborted; the peer is ended and files are removed first.
 */
export async function runBenchmark(
  { options, backend, reporter, command }: BenchmarkOptions,
): Promise<BenchmarkResult> {
  const date = new Date().toISOString();
  const machine = describeMachine(backend);
  const found = options.only.every((name) => aloneSections.has(name))
    ? { obstacle: "not needed" }
    : await findPeer({ python: options.python, script: options.peer, signal: reporter.signal });
  const folder = await Deno.makeTempDir({ prefix: "bench-" });
  try {
    introduce(found, reporter);
    warnOfLoad(machine, reporter);
    const bench = { options, reporter, folder, peer: "peer" in found ? found.peer : undefined };
    const peer = "peer" in found ? found.peer.description : found;
    const result = { date, command, machine, peer };
    const sections: Section[] = [];
    for await (const section of measure(bench)) {
      sections.push(section);
      for (const line of [...textTable(section), ""]) reporter.print(line);
      // at once: an hour's measurements are not lost with the last one
      if (options.output) await writePage(options.output, { ...result, sections: [section] });
    }
    return { ...result, sections };
  } finally {
    if ("peer" in found) await found.peer.close();
    await Deno.remove(folder, { recursive: true });
  }
}

function introduce(
  found: { readonly peer: PeerProcess } | { readonly obstacle: string },
  reporter: Reporter,
): void {
  if ("peer" in found) {
    const { torch, device, blas, python } = found.peer.description;
    reporter.say(`PyTorch ${torch} (${device}; ${blas}) by ${python}`);
  } else reporter.say(`no PyTorch, its columns stay empty: ${found.obstacle}`);
}

/** Pairs even out what slows both sides, but threads that wait for each other suffer more than others. */
function warnOfLoad({ cores }: Machine, reporter: Reporter): void {
  const [load] = Deno.loadavg();
  if (load < cores / 2) return;
  reporter.warn(
    `the machine is busy: ${load.toFixed(1)} processes on ${cores} cores, ratios will scatter`,
  );
}

/** The parts in their order; each is loaded when it is wanted. */
const parts: readonly [SectionName, (bench: Bench) => Promise<Section>][] = [
  ["teacher", async (bench) => (await import("./teacher_bench.ts")).benchTeacher(bench)],
  ["rollout", async (bench) => (await import("./teacher_bench.ts")).benchRollout(bench)],
  ["student", async (bench) => (await import("./student_bench.ts")).benchStudent(bench)],
  ["input", async (bench) => (await import("./input_bench.ts")).benchInput(bench)],
  ["startup", async (bench) => (await import("./startup_bench.ts")).benchStartup(bench)],
  ["protocol", async (bench) => (await import("./protocol_bench.ts")).benchProtocol(bench)],
  ["curves", async (bench) => (await import("./cost_curves.ts")).benchCurves(bench)],
  ["memory", async (bench) => (await import("./memory_bench.ts")).benchMemory(bench)],
];

async function* measure(bench: Bench): AsyncGenerator<Section> {
  for (const [name, part] of parts) {
    if (bench.options.only.includes(name)) yield await part(bench);
  }
}

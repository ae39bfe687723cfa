/**
 * Repairing a cache as a terminal shows it.
 *
 * @module
 */
import type { CacheFault } from "../../lib/cache/find_faults.ts";
import type { CacheManifest } from "../../lib/cache/manifest.ts";
import type { PrecomputeOptions } from "../../lib/config/task_schemas.ts";
import { repairDataset } from "../../lib/precompute/repair_dataset.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { describeCache } from "./describe_cache.ts";
import { explainStop, jobOf } from "./precompute_stage.ts";

/** A cache that is whole, and what was not. */
export interface RepairStageResult {
  /** The manifest of the complete cache. */
  readonly manifest: CacheManifest;
  /** The files that were made anew or removed, and why. */
  readonly repaired: readonly Pick<CacheFault, "file" | "fault">[];
}

/** Makes a cache whole with progress on the terminal; the backend is started when the teacher is needed. */
export async function repairStage(
  options: PrecomputeOptions,
  { terminal, startBackend }: { terminal: Terminal; startBackend: () => Promise<void> },
): Promise<RepairStageResult> {
  const { rolloutDir } = options;
  const repaired: Pick<CacheFault, "file" | "fault">[] = [];
  let bar: Progress | undefined;
  const manifest = await repairDataset({
    ...jobOf(options, terminal),
    onTeacherNeeded: startBackend,
    onCheck: ({ done, total }) => {
      bar ??= terminal.progress("check", total, { unit: "files" });
      bar.update({ done });
    },
    onRepair: ({ file, fault }) => {
      repaired.push({ file, fault });
      terminal.say(`repairs ${file}, which ${fault}`);
    },
  }).catch((error) => explainStop(error, { command: "the same command", terminal }));
  terminal.print(
    repaired.length === 0
      ? `nothing to repair under ${rolloutDir}`
      : `repaired under ${rolloutDir}: ${repaired.map(({ file }) => file).join(", ")}`,
  );
  terminal.print(describeCache(manifest, rolloutDir));
  return { manifest, repaired };
}

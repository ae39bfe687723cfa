/**
 * Opening a run's folder: anew, or where it was left.
 *
 * @module
 */
import { ifPresent } from "../files/if_present.ts";
import { z } from "zod";
import { UsageError } from "../config/usage_error.ts";
import { writeFileAtomically } from "../files/atomic_write.ts";
import { parseJson, readJsonText } from "../files/json.ts";
import { removeTemporaryFiles } from "../run/remove_temporary_files.ts";
import type { RunFolder } from "../run/run_folder.ts";
import { readRunState, type RunState } from "./run_state.ts";

/** What a run's `config.json` holds: whatever decides its result, JSON values under their names. */
export type RunConfig = Readonly<Record<string, unknown>>;

/** How an existing run is met. */
export interface StartOptions {
  /** What is asked for now. */
  readonly config: RunConfig;
  /** Go on with the run that is there. */
  readonly resume: boolean;
  /** Delete the run that is there. */
  readonly overwrite: boolean;
}

/**
 * Makes a run's folder with its `config.json`, or finds the state in which the run was left.
 *
 * A run that failed before its first checkpoint counts as not begun: nothing is lost by starting it again.
 *
 * @returns The state to go on from; undefined for a new run.
 * @throws {UsageError} When a run is there and may neither be resumed nor replaced, or was started with
 * another configuration: every difference is named; or when the folder's `config.json` is no run's.
 */
export async function startRun(
  run: RunFolder,
  { config, resume, overwrite }: StartOptions,
): Promise<RunState | undefined> {
  const earlier = await readConfig(run);
  await removeTemporaryFiles(run);
  const state = earlier && await readRunState(run.stateFile);
  if (earlier && state && resume) {
    const differences = differencesBetween(earlier, config);
    if (differences.length > 0) {
      throw new UsageError(
        `--resume cannot continue ${run.path}: ${differences.join("; ")}; ` +
          "use the same options, another --run-dir, or --overwrite",
      );
    }
    return state;
  }
  if (state && !overwrite) {
    throw new UsageError(
      `${run.path} holds a run already: continue it with --resume, replace it with --overwrite, ` +
        "or name another --run-dir",
    );
  }
  if (earlier) await removeRun(run);
  await writeFileAtomically(run.configFile, JSON.stringify(config, null, 2) + "\n");
  return undefined;
}

/** What every run's configuration holds, and hardly another program's `config.json`. */
const runConfigSchema = z.looseObject({
  degradation: z.looseObject({}),
  dataset: z.looseObject({}),
  cache: z.looseObject({}),
});

async function readConfig({ configFile }: RunFolder): Promise<RunConfig | undefined> {
  const text = await ifPresent(readJsonText(configFile));
  if (text === undefined) return undefined;
  try {
    return parseJson(text, runConfigSchema);
  } catch {
    throw new UsageError(
      `${configFile} was not written by train, expected an empty folder or a run's; name another --run-dir`,
    );
  }
}

function differencesBetween(earlier: RunConfig, asked: RunConfig): string[] {
  const names = new Set([...Object.keys(earlier), ...Object.keys(asked)]);
  if (!("studentCommit" in earlier)) names.delete("studentCommit"); // younger than the format
  return [...names].flatMap((name) => {
    const [before, now] = [earlier[name], asked[name]].map((it) => JSON.stringify(it, decisive));
    return before === now ? [] : [`${name} was ${before}, is ${now}`];
  });
}

/** The teacher of a cache is its weights, whatever commit they were downloaded at. */
function decisive(key: string, value: unknown): unknown {
  return key === "commit" ? undefined : value;
}

/** Removes what a run makes and nothing else: a user may keep notes in the folder. */
async function removeRun(run: RunFolder): Promise<void> {
  const made = [run.metricsFile, run.lossCurveFile, run.checkpointFolder, run.configFile];
  for (const path of made) await ifPresent(Deno.remove(path, { recursive: true }));
}

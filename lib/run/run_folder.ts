/**
 * Where a training run keeps what it makes.
 *
 * @module
 */
import { ifPresent, namesIn } from "../files/if_present.ts";
import { basename, dirname, join } from "node:path";

/** The folder that holds all runs, unless a run is given a folder of its own. */
export const runsRoot: string = join("data", "runs");

/** The name of the file from which an unfinished run goes on. */
export const STATE_FILE = "state.safetensors";

/** Which parameters a phase trains: the projection on a frozen base, or everything. */
export type Phase = "linear" | "ft";

/** The phases in the order in which they are trained. */
export const phases: readonly Phase[] = ["linear", "ft"];

/** The files of a run: `config.json`, `metrics.jsonl`, `checkpoints/` and pictures. */
export class RunFolder {
  /** The folder itself. */
  readonly path: string;

  /** Names the folder; nothing is made or read. */
  constructor(path: string) {
    this.path = path;
  }

  /** What the run was asked to do. */
  get configFile(): string {
    return join(this.path, "config.json");
  }

  /** One line of JSON a step. */
  get metricsFile(): string {
    return join(this.path, "metrics.jsonl");
  }

  /** The loss of every step, drawn. */
  get lossCurveFile(): string {
    return join(this.path, "loss.png");
  }

  /** Scores of the newest evaluation, means and intervals. */
  get evaluationFile(): string {
    return join(this.path, "evaluation.json");
  }

  /** Scores of the newest evaluation, one line of JSON a photo. */
  get imageScoresFile(): string {
    return join(this.path, "evaluation.jsonl");
  }

  /** The report, one page. */
  get reportFile(): string {
    return join(this.path, "report.html");
  }

  /** The students after each epoch, and the state. */
  get checkpointFolder(): string {
    return join(this.path, "checkpoints");
  }

  /** Where to go on: weights, moments and position of an unfinished run. */
  get stateFile(): string {
    return join(this.checkpointFolder, STATE_FILE);
  }

  /** What is locked by whoever trains; it is gone when the training ends. */
  get lockFile(): string {
    return join(this.path, ".train.lock");
  }

  /** The student after an epoch, counted from 1: `student-<model>-epoch<k>[-ft].safetensors`. */
  checkpointFile({ model, phase, epoch }: { model: string; phase: Phase; epoch: number }): string {
    const suffix = phase === "ft" ? "-ft" : "";
    return join(this.checkpointFolder, `student-${model}-epoch${epoch}${suffix}.safetensors`);
  }

  /** The student as an interruption left it, within an epoch. */
  interruptedFile(model: string): string {
    return join(this.checkpointFolder, `student-${model}-interrupted.safetensors`);
  }

  /** Removes the student that an interruption left: a later epoch has come to its end. */
  async removeInterrupted(model: string): Promise<void> {
    await ifPresent(Deno.remove(this.interruptedFile(model)));
  }

  /** Every student of the run, and its state, in order of their names. */
  async checkpoints(): Promise<string[]> {
    return (await namesIn(this.checkpointFolder))
      .filter((name) => rankOf(name) > 0 || name === STATE_FILE)
      .map((name) => join(this.checkpointFolder, name));
  }

  /**
   * Finds the student of an interruption, else of the last epoch: fine-tuned ones come after those of the
   * first phase.
   *
   * @throws {Error} When the run has no checkpoint.
   */
  async newestCheckpoint(): Promise<string> {
    const folder = this.checkpointFolder;
    const ranked = (await namesIn(folder))
      .map((name) => ({ name, rank: rankOf(name) }))
      .filter(({ rank }) => rank > 0);
    if (ranked.length === 0) {
      throw new Error(
        `Cannot find a student: ${folder} holds no checkpoint; train one, or name one with --checkpoint`,
      );
    }
    return join(folder, ranked.reduce((a, b) => a.rank >= b.rank ? a : b).name);
  }
}

/** The folder of a checkpoint's run: what holds the `checkpoints/` that it lies in; else nothing. */
export function runFolderOf(checkpoint: string): string | undefined {
  const folder = dirname(checkpoint);
  return basename(folder) === "checkpoints" ? dirname(folder) : undefined;
}

/** How late in a run a student's file was written; 0 for any other file. */
function rankOf(name: string): number {
  const match = /^student-.+-(?:epoch(\d+)(-ft)?|interrupted)\.safetensors$/.exec(name);
  if (!match) return 0;
  const [, epoch, isFt] = match;
  return epoch ? Number(epoch) + (isFt ? 1e9 : 0) : Infinity;
}

/** Milliseconds by which another machine's clock may be ahead of ours. */
const clockSkew = 60_000;

/**
 * Finds the run that was last worked on and has a student.
 *
 * @param root The folder that holds the runs.
 * @throws {Error} When there is none, or as {@linkcode newestRunIfAny} does.
 */
export async function newestRun(root: string = runsRoot): Promise<RunFolder> {
  const newest = await newestRunIfAny(root);
  if (newest) return newest;
  throw new Error(`Cannot find a run: ${root} holds none; train one, or name one with --run-dir`);
}

/**
 * Looks for the run that was last worked on and has a student.
 *
 * @param root The folder that holds the runs.
 * @throws {Error} When one of several was last worked on in the future: the clock went back, and which run is the
 * newest cannot be known.
 */
export async function newestRunIfAny(root: string = runsRoot): Promise<RunFolder | undefined> {
  let newest: { name: string; time: number } | undefined;
  let count = 0;
  for (const name of await namesIn(root)) {
    const folder = join(root, name, "checkpoints");
    const found = await Deno.stat(folder).catch(() => undefined);
    if (!found?.isDirectory || !(await namesIn(folder)).some((file) => rankOf(file) > 0)) continue;
    const time = found.mtime?.getTime() ?? 0;
    count++;
    if (!newest || time > newest.time) newest = { name, time };
  }
  if (newest && count > 1 && newest.time > Date.now() + clockSkew) {
    throw new Error(
      `Cannot find the newest run: ${join(root, newest.name)} is dated ` +
        `${
          new Date(newest.time).toISOString()
        }, expected a time that has passed (did the clock go back?); ` +
        "name a run with --run-dir",
    );
  }
  return newest && new RunFolder(join(root, newest.name));
}

/**
 * Choosing glimpses as a terminal shows it.
 *
 * @module
 */
import { defaultHoldout } from "../../lib/config/options.ts";
import type { GlimpsesOptions } from "../../lib/config/task_schemas.ts";
import { type Exploration, explore, type PhotoGlimpses } from "../../lib/explore/explore.ts";
import { writeFileAtomically } from "../../lib/files/atomic_write.ts";
import { findCheckpoint } from "../../lib/run/find_checkpoint.ts";
import { trainedOn } from "../../lib/run/trained_on.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { foreignStudentOf } from "./foreign_student.ts";
import { picturePath } from "./picture_path.ts";

/** Where to look next, and where the picture of it and the student are. */
export interface GlimpsesStageResult extends Omit<Exploration, "png"> {
  /** The PNG file. */
  readonly output: string;
  /** The student's file. */
  readonly checkpoint: string;
}

/** Chooses glimpses, prints them and writes the picture; the backend runs already. */
export async function glimpsesStage(
  options: GlimpsesOptions,
  terminal: Terminal,
): Promise<GlimpsesStageResult> {
  const checkpoint = await findCheckpoint(options);
  const output = await picturePath(options.output, { checkpoint, name: "glimpses.png" });
  const { png, ...result } = await explore({
    ...options,
    checkpointPath: checkpoint,
    foreign: await foreignStudentOf(checkpoint, options),
    holdout: options.holdout ?? (await trainedOn(checkpoint, options))?.holdout ?? defaultHoldout,
    signal: terminal.signal,
    onPixels: (note) => terminal.say(note),
    onWarning: (message) => terminal.warn(message),
    onSkip: ({ path, reason }) => terminal.warn(`skipped ${path}: ${reason}`),
  });
  await writeFileAtomically(output, png);
  const { view, grid, imageSize } = result;
  terminal.print(
    `${checkpoint}: ${view} to a map of ${
      grid.join("×")
    }; boxes are [y0, x0, y1, x1] in the prepared ` +
      `photo's ${imageSize.join("×")} pixels`,
  );
  for (const photo of result.photos) {
    for (const line of describeGlimpses(photo)) terminal.print(line);
  }
  terminal.print(`picture ${output}`);
  return { output, checkpoint, ...result };
}

/** A table with a line a glimpse. */
function describeGlimpses({ path, glimpses }: PhotoGlimpses): string[] {
  if (glimpses.length === 0) return ["", path, "  nothing left to see"];
  const rows = glimpses.map(({ patches, box, mass }, place) => [
    String(place + 1),
    `[${box.join(", ")}]`,
    `${(mass * 100).toFixed(1)} %`,
    patches.join(" "),
  ]);
  const header = ["", "box", "attention", "patches"];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length))
  );
  const align = (row: string[]) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column])).join("  ")}`.trimEnd();
  return ["", path, ...[header, ...rows].map(align)];
}

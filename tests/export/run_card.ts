/**
 * The Python of a model card, run.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runPython } from "../support/python.ts";

/** What the program is given in place of a photo's file and of a random mask. */
export interface CardInput {
  /** The prepared photo, [3, height, width]. */
  readonly photo: readonly number[];
  /** Its height and width. */
  readonly imageSize: readonly [number, number];
  /** The visible patches of a masked student. */
  readonly visible?: readonly number[];
}

const script = fileURLToPath(new URL("./run_card.py", import.meta.url));

/** Runs the card of an exported folder: the map divided by its maximum. */
export async function runCard(
  folder: string,
  { python, input }: { python: string; input: CardInput },
): Promise<{ shape: number[]; rollout: number[] }> {
  const request = join(folder, "request.json");
  await Deno.writeTextFile(request, JSON.stringify(input));
  return JSON.parse(await runPython(python, [script, folder, request]));
}

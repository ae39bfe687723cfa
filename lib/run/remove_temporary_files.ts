/**
 * Clears a run's folder of what a killed training was writing.
 *
 * @module
 */
import { join } from "node:path";
import { namesIn } from "../files/if_present.ts";
import type { RunFolder } from "./run_folder.ts";

/** The names under which a training writes files before they are renamed. */
const temporaryPattern =
  /^\.(config\.json|metrics\.jsonl|loss\.png|state\.safetensors|student-.+\.safetensors)\.[-0-9a-f]{36}\.tmp$/;

/** Removes the half-written files that a killed training has left; the caller holds the run's lock. */
export async function removeTemporaryFiles({ path, checkpointFolder }: RunFolder): Promise<void> {
  for (const folder of [path, checkpointFolder]) {
    const names = (await namesIn(folder)).filter((name) => temporaryPattern.test(name));
    for (const name of names) await Deno.remove(join(folder, name));
  }
}

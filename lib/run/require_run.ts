/**
 * Notices that a run's folder has gone while it was trained.
 *
 * @module
 */
import { ifPresent } from "../files/if_present.ts";
import type { RunFolder } from "./run_folder.ts";

/**
 * Makes sure that a run's folder is still there: to make it again would leave a run that nothing can resume.
 *
 * @throws {Error} When it has been removed or moved.
 */
export async function requireRun({ path, configFile }: RunFolder): Promise<void> {
  if (await ifPresent(Deno.stat(configFile))) return;
  throw new Error(
    `Cannot save to ${path}: ${configFile} is gone, expected the run's folder to stay while it is trained; ` +
      "put the folder back and use --resume, or train anew",
  );
}

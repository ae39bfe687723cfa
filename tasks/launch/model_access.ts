/**
 * What loading a model takes: its two files on this machine, or a download of them.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { addressOf, hubFiles } from "../../lib/model/model_address.ts";
import { hubFolder, hubSettingsFromEnvironment } from "../../lib/weights/hub.ts";
import type { NeededModel } from "./needs.ts";

/** What a model's files ask for. */
export interface ModelAccess {
  /** Files that are read. */
  readonly reads: readonly string[];
  /** The folder that a download fills. */
  readonly downloadFolder?: string;
}

/**
 * Finds out what loading a model takes; a download is due where a file of a hub's model is not yet there.
 *
 * @throws As {@linkcode addressOf} and {@linkcode hubFolder} do for names that cannot be.
 */
export function modelAccess(
  { model, args, withoutWeights = false, isOptional = false }: NeededModel,
  { weightsDir }: { weightsDir: string },
): ModelAccess {
  const address = addressOf(model, args);
  if (address.kind !== "hub") {
    const { config, weights } = address;
    return { reads: withoutWeights ? [config] : [config, weights] };
  }
  const folder = hubFolder(weightsDir, address.repository);
  const names = withoutWeights ? [hubFiles.config] : Object.values(hubFiles);
  const files = names.map((name) => join(folder, name));
  const isDue = !isOptional && !hubSettingsFromEnvironment().offline &&
    files.some((file) => !existsSync(file));
  return { reads: files, downloadFolder: isDue ? folder : undefined };
}

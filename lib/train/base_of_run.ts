/**
 * The base that an interrupted run began with.
 *
 * @module
 */
import { z } from "zod";
import { ifPresent } from "../files/if_present.ts";
import { parseJson, readJsonText } from "../files/json.ts";
import { atCommit } from "../model/model_address.ts";
import type { ModelSource } from "../model/model_source.ts";
import type { RunFolder } from "../run/run_folder.ts";

const schema = z.looseObject({
  studentModel: z.string(),
  studentCommit: z.string().regex(/^[0-9a-f]{40}$/),
});

/**
 * Pins a student's base to the commit that a run's `config.json` names: a branch may have moved since.
 *
 * @returns The source as it is where the run says nothing, or of another model.
 */
export async function baseOfRun(run: RunFolder, source: ModelSource): Promise<ModelSource> {
  const text = await ifPresent(readJsonText(run.configFile));
  if (text === undefined) return source;
  try {
    const { studentModel, studentCommit } = parseJson(text, schema);
    if (studentModel !== source.model) return source; // refused later, with every other difference
    return { ...source, model: atCommit(source.model, studentCommit) };
  } catch {
    return source; // from elsewhere than the hub, or damaged, of which the start of the run speaks
  }
}

/**
 * `deno task schema`: writes the JSON Schema of configuration files anew, after a change of options.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { configSchema } from "../lib/config/config_schema.ts";
import { allTasks } from "../lib/config/tasks.ts";
import { writeFileAtomically } from "../lib/files/atomic_write.ts";

const path = new URL("../data/configs/config.schema.json", import.meta.url);
const text = `${JSON.stringify(configSchema(allTasks), null, 2)}\n`;
await writeFileAtomically(fileURLToPath(path), text);

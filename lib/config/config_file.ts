/**
 * The configuration file: the options of the flags as one JSON object, which several tasks may share.
 *
 * @module
 */
import { parseModestJson } from "../files/json.ts";
import { oneLine } from "../files/one_line.ts";
import { optionSections } from "./options.ts";
import { refuseInvalid, type Wording } from "./problems.ts";
import type { Task } from "./task.ts";
import { UsageError } from "./usage_error.ts";

const wording: Wording = {
  label: (name) => oneLine(name),
  show: (value) => oneLine(JSON.stringify(value)),
  noun: "key",
};

/** What a file may hold, whichever task reads it; a file cannot name another file. */
const knownNames = Object.values(optionSections)
  .flatMap((group) => Object.keys(group))
  .filter((name) => name !== "config");

/**
 * Reads and checks a configuration file; `$schema`, which editors use, is left out, and so are the options
 * of other tasks, so that one file may serve them all.
 *
 * @param path Where the file lies, as the user wrote it.
 * @returns What it gives this task, by camelCase name and without defaults.
 * @throws {UsageError} When there is no such file, when it is not a JSON object, or when it holds keys that
 * no task knows or impossible values of this task's options, all of which are listed.
 */
export async function readConfigFile(
  path: string,
  { task: { schema }, readTextFile }: {
    task: Task<unknown>;
    readTextFile: (path: string) => Promise<string>;
  },
): Promise<Record<string, unknown>> {
  const { $schema: _, ...values } = parseObject(await read(path, readTextFile), path);
  refuseInvalid(values, { schema, names: knownNames, wording, source: path });
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => Object.hasOwn(schema.shape, name)),
  );
}

async function read(path: string, readTextFile: (path: string) => Promise<string>) {
  try {
    return await readTextFile(path);
  } catch (cause) {
    const { message } = cause as Error;
    const isComplete = message.startsWith("Cannot read"); // it may be of the disk alone
    throw new UsageError(isComplete ? message : `Cannot read ${path}: ${message}`, { cause });
  }
}

function parseObject(text: string, path: string): Record<string, unknown> {
  const content = parseJson(text, path);
  if (typeof content === "object" && content !== null && !Array.isArray(content)) {
    return content as Record<string, unknown>;
  }
  const actual = Array.isArray(content) ? "a list" : JSON.stringify(content);
  throw new UsageError(`Cannot read ${path}: it is ${actual}, expected an object of options`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return parseModestJson(text);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new UsageError(`Cannot read ${path}: it is not JSON (${reason})`, { cause });
  }
}

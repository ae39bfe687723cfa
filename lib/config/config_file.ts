/**
 * The configuration file of a task: the options of its flags as one JSON object.
 *
 * @module
 */
import { refuseInvalid, type Wording } from "./problems.ts";
import type { Task } from "./task.ts";
import { UsageError } from "./usage_error.ts";

const wording: Wording = {
  label: (name) => name,
  show: (value) => JSON.stringify(value),
  noun: "key",
};

/**
 * Reads and checks a configuration file; `$schema`, which editors use, is left out.
 *
 * @param path Where the file lies, as the user wrote it.
 * @returns What it gives, by camelCase name and without defaults.
 * @throws {UsageError} When there is no such file, when it is not a JSON object, or when it holds
 * unknown keys or impossible values, all of which are listed.
 */
export async function readConfigFile(
  path: string,
  { task: { schema }, readTextFile }: {
    task: Task<unknown>;
    readTextFile: (path: string) => Promise<string>;
  },
): Promise<Record<string, unknown>> {
  const { $schema: _, ...values } = parseObject(await read(path, readTextFile), path);
  const names = Object.keys(schema.shape).filter((name) => name !== "config");
  refuseInvalid(values, { schema, names, wording, source: path });
  return values;
}

async function read(path: string, readTextFile: (path: string) => Promise<string>) {
  try {
    return await readTextFile(path);
  } catch (cause) {
    throw new UsageError(`Cannot read ${path}: ${(cause as Error).message}`, { cause });
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
    return JSON.parse(text);
  } catch (cause) {
    const reason = (cause as Error).message.replace(/\s+/g, " ");
    throw new UsageError(`Cannot read ${path}: it is not JSON (${reason})`, { cause });
  }
}

/**
 * The one JSON document on stdout that `--json` promises: the task's result, or what went wrong.
 *
 * @module
 */
import { explainDiskError } from "../../lib/files/disk_error.ts";

/** A failure, for a program that started the task. */
export interface FailureDocument {
  /** What a reader finds on stderr, too. */
  readonly error: {
    /** In one line. */
    readonly message: string;
    /** As the process ends with it. */
    readonly exitCode: number;
  };
}

/** Prints a document, all of it or with an error: `console.log` would not say that the disk is full. */
export async function printDocument(document: object | null): Promise<void> {
  const text = new TextEncoder().encode(JSON.stringify(document) + "\n");
  try {
    for (let written = 0; written < text.length;) {
      written += await Deno.stdout.write(text.subarray(written));
    }
  } catch (error) {
    throw explainDiskError(error, { path: "the result to stdout", bytes: text.length });
  }
}

/** Whether arguments ask for JSON, as far as can be told of arguments that may be wrong: the last one decides. */
export function asksForJson(args: readonly string[]): boolean {
  return args.findLast((arg) => arg === "--json" || arg === "--no-json") === "--json";
}

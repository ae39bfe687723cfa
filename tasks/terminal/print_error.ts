/**
 * How a task says that it failed: one line, and an exit code.
 *
 * @module
 */
import { UsageError } from "../../lib/config/usage_error.ts";
import { type FailureDocument, printDocument } from "./json_document.ts";

/**
 * Tells of a failure on stderr, and where JSON was asked for, on stdout.
 *
 * @returns The exit code that goes with it.
 */
export async function printFailure(error: unknown, { json }: { json: boolean }): Promise<1 | 2> {
  printError(error);
  const exitCode = exitCodeOf(error);
  const document: FailureDocument = { error: { message: lineOf(error), exitCode } };
  if (json) await printDocument(document).catch(() => {}); // stdout may be what failed
  return exitCode;
}

/** Prints what went wrong in one line; with `DEBUG` set, also where. */
export function printError(error: unknown): void {
  console.error(`error: ${lineOf(error)}`);
  const mayAsk = Deno.permissions.querySync({ name: "env", variable: "DEBUG" }).state === "granted";
  if (mayAsk && Deno.env.get("DEBUG")) console.error(error);
}

/** 2 where the task was used wrongly, else 1. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof UsageError ? 2 : 1;
}

function lineOf(error: unknown): string {
  return messageOf(error).replace(/\s*\n\s*/g, " ");
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof Deno.errors.NotCapable)) return error.message || error.name;
  const [missing] = error.message.split(", run again"); // that advice is for who starts Deno by hand
  return `Cannot go on: the task lacks a permission (${missing}); it has those alone that its options call ` +
    "for, so name the file or folder in an option";
}

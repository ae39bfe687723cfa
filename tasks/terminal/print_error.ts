/**
 * How a task says that it failed: one line, and an exit code.
 *
 * @module
 */
import { UsageError } from "../../lib/config/usage_error.ts";

/** Prints what went wrong in one line; with `DEBUG` set, also where. */
export function printError(error: unknown): void {
  console.error(`error: ${messageOf(error).replace(/\s*\n\s*/g, " ")}`);
  const mayAsk = Deno.permissions.querySync({ name: "env", variable: "DEBUG" }).state === "granted";
  if (mayAsk && Deno.env.get("DEBUG")) console.error(error);
}

/** 2 where the task was used wrongly, else 1. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof UsageError ? 2 : 1;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof Deno.errors.NotCapable)) return error.message || error.name;
  const [missing] = error.message.split(", run again"); // that advice is for who starts Deno by hand
  return `Cannot go on: the task lacks a permission (${missing}); it has those alone that its options call ` +
    "for, so name the file or folder in an option";
}

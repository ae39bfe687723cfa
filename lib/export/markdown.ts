/**
 * Texts of files within Markdown: a stranger's must not become markup.
 *
 * @module
 */
import { oneLine } from "../files/one_line.ts";

/** What begins or ends markup within a line, links that are spelt out among it. */
const MARKUP = /[\\`*_~[\]<>|&$#!@:]|(?<=www)\./gi;

/** A text as it is, in which nothing is markup. */
export function plain(text: string): string {
  return oneLine(text).replaceAll(MARKUP, "\\$&");
}

/** A text as code, in which nothing is markup. */
export function code(text: string): string {
  return `\`${oneLine(text).replaceAll(/[`|]/g, "'")}\``;
}

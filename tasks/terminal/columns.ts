/**
 * How wide the terminal is.
 *
 * @module
 */

/** Columns of the terminal that stdout leads to; undefined where it leads elsewhere. */
export function terminalColumns(): number | undefined {
  return Deno.stdout.isTerminal() ? Deno.consoleSize().columns : undefined;
}

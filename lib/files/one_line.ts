/**
 * Foreign text within a message of one line.
 *
 * @module
 */

/** Longer quotations would bury what is said about them. */
const LONGEST = 500;

/** What ends a line or steers a terminal: C0, DEL and C1 controls, line separators, changes of direction. */
// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Spells out what would end a line or steer a terminal: a line break becomes `\n`, escape `\u001b`. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (control) => {
    const short = JSON.stringify(control).slice(1, -1);
    if (short.length > 1) return short;
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Foreign text as a message may hold it: blanks as one, controls spelt out, cut where it is long. */
export function oneLine(text: string): string {
  const start = text.slice(0, 2 * LONGEST).replaceAll(/\s+/g, " ").trim();
  const line = escapeControls(start);
  return line.length <= LONGEST && text.length <= 2 * LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}

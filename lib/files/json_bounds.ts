/**
 * How deep and how long JSON is, found out before it is parsed: a parsed value may take fifty times the
 * memory of its text, and what runs out of memory takes the whole process along.
 *
 * @module
 */

/** Deeper than anything that this project reads; code that walks a value recursively stays far from its limit. */
const MAX_DEPTH = 64;

/** Half a million tensors, or two million skipped photos; parsed, they take some hundred MB. */
export const DEFAULT_MAX_ITEMS = 4_000_000;

const code = (character: string) => character.charCodeAt(0);
const [QUOTE, COMMA, BACKSLASH] = ['"', ",", "\\"].map(code);
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = ["[", "]", "{", "}"].map(code);

/**
 * Refuses JSON that nests too deeply or lists too much; what is no JSON passes, for the parser to refuse.
 *
 * @param options `maxItems`: lists, objects and commas, which bound the number of values.
 * @throws {SyntaxError} Saying which; the message is for the caller to put beside the file's name.
 */
export function refuseBulkyJson(
  text: string,
  { maxItems = DEFAULT_MAX_ITEMS }: { maxItems?: number } = {},
): void {
  let depth = 0;
  let items = 0;
  for (let place = 0; place < text.length; place++) {
    const character = text.charCodeAt(place);
    if (character === QUOTE) place = endOfString(text, place);
    else if (character === COMMA) items++;
    else if (character === CLOSE_LIST || character === CLOSE_OBJECT) depth--;
    else if (character === OPEN_LIST || character === OPEN_OBJECT) {
      items++;
      if (++depth > MAX_DEPTH) {
        throw new SyntaxError(`it nests more than ${MAX_DEPTH} lists and objects`);
      }
    }
    if (items > maxItems) throw new SyntaxError(`it lists more than ${maxItems} values`);
  }
}

/** The place of the quote that ends a string, or the end of the text. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, place: number): boolean {
  let before = place;
  while (text.charCodeAt(before - 1) === BACKSLASH) before--;
  return (place - before) % 2 === 1;
}

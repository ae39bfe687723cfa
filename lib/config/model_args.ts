/**
 * timm's `model_args` as a flag writes them: `img_size=48x80,patch_size=4`.
 *
 * @module
 */

/** One value of timm's `model_args`; a list is a tuple there, e.g. an image's height and width. */
export type ModelArg = string | number | boolean | number[];

/** Overrides of a named architecture, under timm's own snake_case names. */
export type ModelArgs = Record<string, ModelArg>;

/** How a parameter of a Python function may be called. */
const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Reads `img_size=44,patch_size=4`: numbers, `true` and `false`, `48x80` for a list, else text.
 *
 * @param text Pairs of name and value, separated by commas.
 * @returns The values by name.
 * @throws {SyntaxError} When a pair has no name or no value, or when a name comes twice.
 */
export function parseModelArgs(text: string): ModelArgs {
  const args: ModelArgs = {};
  for (const pair of text.split(",")) {
    const [name, value, ...more] = pair.split("=").map((part) => part.trim());
    if (!identifier.test(name) || !value || more.length > 0) {
      throw new SyntaxError(
        `Cannot read model arguments: "${pair.trim()}" is not a pair, expected name=value`,
      );
    }
    if (Object.hasOwn(args, name)) {
      throw new SyntaxError(
        `Cannot read model arguments: ${name} is given twice, expected each name once`,
      );
    }
    args[name] = readValue(value);
  }
  return args;
}

function readValue(text: string): ModelArg {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === "true"; // Python writes True
  if (/^\d+(x\d+)+$/.test(text)) return text.split("x").map(Number);
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

/**
 * Damages JSON so that it mostly stays JSON: values of another type or out of all bounds, keys that are
 * missing, doubled or those of JavaScript's own.
 *
 * @module
 */
import type { Random } from "../../lib/random/random.ts";
import { type Mutant, mutateBytes } from "./mutate_bytes.ts";

/** What stands in for a value, as text, since not all of it is JSON. */
const hostile = [
  ...[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "-0",
    "0.5",
    "1e400",
    "-1e400",
    "1e308",
    "NaN",
    "Infinity",
  ],
  ...[
    "2147483647",
    "2147483649",
    "4294967295",
    "9007199254740992",
    "18446744073709551615",
    "1e9",
    "1e6",
  ],
  ...['""', '"__proto__"', '"constructor"', '"../../x"', '"/etc/passwd"', '"\\u0000"', '"\\ud800"'],
  ...[
    '"a\\nb\\u001b[31m"',
    '"F32"',
    '"1"',
    "[]",
    "{}",
    "[[]]",
    "[null]",
    '[-1,"a"]',
    '{"a":{"b":[1]}}',
  ],
  ...['{"__proto__":{"length":1e9}}', `"${"x".repeat(3000)}"`, "[".repeat(100) + "]".repeat(100)],
  ...["[".repeat(20_000) + "]".repeat(20_000), '{"a":'.repeat(5000) + "1" + "}".repeat(5000)],
];
const hostileKeys = [
  "__proto__",
  "constructor",
  "toString",
  "length",
  "",
  "a\nb",
  "../x",
  "\u0000",
];

/** A node of a JSON value: where it hangs. */
interface Place {
  readonly parent: Record<string, unknown> | unknown[];
  readonly key: string | number;
  readonly path: string;
}

/** Damages JSON: mostly within its structure, now and then byte by byte. */
export function mutateJson(text: string, random: Random): { text: string; mutation: string } {
  if (random.chance(0.25)) {
    const { bytes, mutation } = mutateBytes(new TextEncoder().encode(text), random);
    return { text: new TextDecoder().decode(bytes), mutation };
  }
  const root = { value: JSON.parse(text) };
  const places = placesUnder(root.value, {
    parent: root as Record<string, unknown>,
    key: "value",
    path: "$",
  });
  const place = random.pick(places);
  const { marked, mutation } = random.pick([replace, replace, replace, drop, rename, double])(
    place,
    random,
  );
  const json = JSON.stringify(root.value) ?? "";
  return { text: marked ? json.replace(marked.mark, () => marked.text) : json, mutation };
}

/** Damages a file of JSON. */
export function mutateJsonBytes(bytes: Uint8Array, random: Random): Mutant {
  const { text, mutation } = mutateJson(new TextDecoder().decode(bytes), random);
  return { bytes: new TextEncoder().encode(text), mutation };
}

/** Damages one line of a file that has a JSON value a line. */
export function mutateJsonLines(bytes: Uint8Array, random: Random): Mutant {
  const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
  const number = random.integer(0, lines.length);
  const { text, mutation } = mutateJson(lines[number], random);
  const damaged = random.pick([[text], [text, lines[number]], []]);
  lines.splice(number, 1, ...damaged);
  return {
    bytes: new TextEncoder().encode(lines.join("\n") + "\n"),
    mutation: `line ${number + 1}, now ${damaged.length} lines: ${mutation}`,
  };
}

interface Change {
  readonly mutation: string;
  /** What the JSON text holds in place of what is no JSON value. */
  readonly marked?: { readonly mark: string; readonly text: string };
}

const MARK = "\u2603 here";

function replace({ parent, key, path }: Place, random: Random): Change {
  const text = random.pick(hostile);
  put(parent, key, MARK);
  return {
    mutation: `${path} = ${text.slice(0, 60)}`,
    marked: { mark: JSON.stringify(MARK), text },
  };
}

function drop({ parent, key, path }: Place): Change {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
  return { mutation: `${path} removed` };
}

function rename({ parent, key, path }: Place, random: Random): Change {
  const name = random.pick(hostileKeys);
  if (Array.isArray(parent)) parent.push(parent[Number(key)]);
  else {
    const value = parent[key];
    delete parent[key];
    put(parent, name, value);
  }
  return { mutation: `${path} renamed to ${JSON.stringify(name)}` };
}

/** The same key twice: the last one counts. */
function double({ parent, key, path }: Place, random: Random): Change {
  const text = random.pick(hostile);
  if (Array.isArray(parent)) parent.splice(Number(key), 0, MARK);
  else put(parent, MARK, 0);
  const isList = Array.isArray(parent);
  return {
    mutation: `${path} twice, once as ${text.slice(0, 60)}`,
    marked: isList
      ? { mark: JSON.stringify(MARK), text }
      : { mark: `${JSON.stringify(MARK)}:0`, text: `${JSON.stringify(key)}:${text}` },
  };
}

function put(parent: Place["parent"], key: string | number, value: unknown): void {
  Object.defineProperty(parent, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function placesUnder(value: unknown, place: Place): Place[] {
  if (typeof value !== "object" || value === null) return [place];
  const parent = value as Place["parent"];
  return [
    place,
    ...Object.entries(value).flatMap(([key, child]) =>
      placesUnder(child, {
        parent,
        key: Array.isArray(value) ? Number(key) : key,
        path: `${place.path}.${key}`,
      })
    ),
  ];
}

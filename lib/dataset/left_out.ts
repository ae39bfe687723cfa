/**
 * What a folder of photos holds besides those that are listed, so that nothing is left out unsaid.
 *
 * @module
 */
import { extname } from "node:path";
import { oneLine } from "../files/one_line.ts";

/** Pictures that the decoder does not read, by the ending of the name in any case. */
const OTHER_PICTURE =
  /\.(webp|heic|heif|avif|jxl|jp2|j2k|tiff?|bmp|svg|psd|dng|cr2|cr3|nef|arw|orf|rw2|raf)$/i;

/** Why something cannot even be named in a list of photos. */
export type LeftOutReason = "encoding" | "backslash" | "closed" | "linked";

const reasons: Readonly<Record<LeftOutReason, string>> = {
  encoding: "have names that are not UTF-8, by which they cannot be opened: rename them",
  backslash: 'have names in which "\\" would lead out of the folder elsewhere: rename them',
  closed: "cannot be looked into: see to their permissions",
  linked: "are met again and again through links to links: link to them less often",
};

/** Names that a message lists. */
const MOST_NAMES = 3;

/** Collects what is left out, and says so in a few lines. */
export class LeftOut {
  readonly #kinds = new Map<string, number>();
  readonly #names = new Map<LeftOutReason, string[]>();

  /** Counts a file if it is a picture of a kind that is not read. */
  addFile(name: string): void {
    if (!OTHER_PICTURE.test(name)) return;
    const kind = extname(name).toLowerCase();
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
  }

  /** Remembers a file or folder that cannot be listed at all. */
  add(path: string, reason: LeftOutReason): void {
    const names = this.#names.get(reason);
    if (names) names.push(path);
    else this.#names.set(reason, [path]);
  }

  /** A line for each reason, for example `12 files in DIR are of kinds that are not read (.webp 10, .heic 2): …`. */
  describe(folder: string): string[] {
    return [
      ...describeKinds(this.#kinds, folder),
      ...[...this.#names].map(([reason, names]) =>
        `${names.length} of the files and folders in ${folder} ${reasons[reason]} (${list(names)})`
      ),
    ];
  }
}

function describeKinds(kinds: ReadonlyMap<string, number>, folder: string): string[] {
  const total = [...kinds.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const counts = [...kinds].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([kind, n]) =>
    `${kind} ${n}`
  );
  return [
    `${total} ${total === 1 ? "picture" : "pictures"} in ${folder} of kinds that are not read ` +
    `(${counts.join(", ")}): convert them to JPEG or PNG, or go on without them`,
  ];
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => `"${oneLine(name)}"`).join(", ");
  const others = names.length - MOST_NAMES;
  return others > 0 ? `${shown} and ${others} more` : shown;
}

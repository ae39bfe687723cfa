/**
 * Results as a page of Markdown, in which a later run replaces what it measured anew.
 *
 * @module
 */
import { writeFileAtomically } from "../../lib/files/atomic_write.ts";
import { explainDiskError } from "../../lib/files/disk_error.ts";
import { ifPresent } from "../../lib/files/if_present.ts";
import type { BenchmarkResult } from "./benchmark.ts";
import { markdownTable } from "./table.ts";

/**
 * Puts each section of a result between its two marks, `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`;
 * where a page has none yet, they go to its end. The rest of the page stays.
 */
export async function writePage(path: string, result: BenchmarkResult): Promise<void> {
  const page = await ifPresent(Deno.readTextFile(path)).catch((error) => {
    throw explainDiskError(error, { path });
  }) ?? "";
  await writeFileAtomically(path, updatePage(page, result));
}

/** The page with a result's sections in it. */
export function updatePage(page: string, result: BenchmarkResult): string {
  const origin = originOf(result);
  const blocks = result.sections.map((section) =>
    [section.name, [...markdownTable(section), "", ...origin].join("\n")] as const
  );
  return blocks.reduce((page, [name, block]) => replaceBlock(page, name, block), page);
}

function replaceBlock(page: string, name: string, block: string): string {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const text = `${begin}\n\n${block}\n\n${end}`;
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) return `${page}${page && "\n"}${text}\n`;
  return page.slice(0, from) + text + page.slice(to + end.length);
}

/** Where, when and how the numbers came about. */
function originOf({ date, command, machine, peer }: BenchmarkResult): string[] {
  const { cpu, cores, memoryGiB, system, backend, deno, tfjs } = machine;
  return [
    `Measured ${date.slice(0, 10)} by \`${command}\`:`,
    "",
    `- ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}`,
    `- ours: Deno ${deno}, tfjs ${tfjs}, ${backend}`,
    "obstacle" in peer
      ? `- no PyTorch: ${peer.obstacle}`
      : `- PyTorch ${peer.torch}, ${peer.device}, ${peer.blas}`,
  ];
}

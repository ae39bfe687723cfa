/**
 * The page of `deno task web`, served as a user serves it and looked at in a real browser.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createInterface } from "node:readline/promises";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { lookAt } from "../../lib/dataset/student_look.ts";
import { readPhoto } from "../../lib/image/read_photo.ts";
import { openStudent } from "../../lib/model/student_checkpoint.ts";
import type { Page } from "./page.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A server of the page. */
export interface Served extends AsyncDisposable {
  /** The page's address. */
  readonly address: string;
}

/**
 * Bundles and serves the page.
 *
 * @throws {Error} When it cannot be bundled, for instance because the bundler cannot be downloaded.
 */
export async function servePage(checkpoint: string): Promise<Served> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "web", "--port=0", `--checkpoint=${checkpoint}`],
    cwd: root,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines = createInterface({ input: Readable.fromWeb(process.stderr as never) });
  const said: string[] = [];
  for await (const line of lines) {
    said.push(line);
    const [address] = /http:\S+/.exec(line) ?? [];
    if (!address) continue;
    lines.resume(); // what it says further is read, so that it need not wait
    const end = async () => {
      process.kill("SIGINT");
      await process.status;
      lines.close();
    };
    return { address, [Symbol.asyncDispose]: end };
  }
  throw new Error(`Cannot serve the page: ${said.join("\n")}`);
}

/** Waits until the page has looked at a photo, and gives the map that it predicts. */
export async function mapOn(page: Page): Promise<Float32Array> {
  await page.waitFor('document.querySelector("#map[data-values], #status.failed")');
  assert.match(await textOf(page, "status"), /^Looked at/);
  return Float32Array.from(
    JSON.parse(await page.evaluate('document.getElementById("map").dataset.values')),
  );
}

/** What an element says, by its id. */
export async function textOf(page: Page, id: string): Promise<string> {
  return await page.evaluate(`document.getElementById("${id}").textContent`);
}

/** The map that Deno predicts of the same photo. */
export async function mapInDeno(photo: string, checkpointPath: string): Promise<Float32Array> {
  using checkpoint = await openStudent(checkpointPath);
  const { image } = await readPhoto(photo, { preprocessing: checkpoint.description.view });
  return (await lookAt(image, checkpoint)).map;
}

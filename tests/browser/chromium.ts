/**
 * A real browser for tests: Chromium without a window, spoken to in its own protocol
 * (https://chromedevtools.github.io/devtools-protocol). A package for that would be downloaded by every task.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { Readable } from "node:stream";
import { obstacleTo } from "../support/permissions.ts";
import { Page } from "./page.ts";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** Keeps the browser from its own business: it has a page to show, and is gone after it. */
const quiet = [
  ...["--headless", "--no-sandbox", "--no-first-run", "--disable-quic", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"],
  ...["--remote-debugging-port=0", "about:blank"],
];

/** Its own software adapter, which a page gets only when it asks for WebGPU by name. */
const softwareGpu = [
  ...["--enable-unsafe-webgpu", "--enable-features=Vulkan"],
  ...["--use-vulkan=swiftshader", "--use-webgpu-adapter=swiftshader"],
];

const permissionsObstacle = obstacleTo(["read", "write", "net", "run", "env"]);
const executable = permissionsObstacle ? undefined : findChromium();

/** Why there is no browser here; undefined when there is. */
export const browserObstacle: string | undefined = permissionsObstacle ??
  (executable ? undefined : "there is no Chromium (Debian: chromium)");

function findChromium(): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
}

/** A browser with one page. */
export interface Browser extends AsyncDisposable {
  /** The page, which is empty at first. */
  readonly page: Page;
}

/** Starts a browser in a profile of its own; disposing of it ends it and removes the profile. */
export async function openBrowser({ gpu = false }: { gpu?: boolean } = {}): Promise<Browser> {
  const profile = await Deno.makeTempDir({ prefix: "chromium-" });
  const process = new Deno.Command(executable!, {
    args: [`--user-data-dir=${profile}`, ...(gpu ? softwareGpu : ["--disable-gpu"]), ...quiet],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines = createInterface({ input: Readable.fromWeb(process.stderr as never) });
  const end = async () => {
    process.kill("SIGKILL");
    await process.status;
    lines.close();
    await removeProfile(profile);
  };
  for await (const line of lines) {
    const [address] = /ws:\S+/.exec(line) ?? [];
    if (!address) continue;
    lines.resume(); // what it says further is read, so that it need not wait
    const page = await Page.open(address);
    return { page, [Symbol.asyncDispose]: () => page.close().then(end) };
  }
  throw new Error("Cannot start Chromium: it ended before it said where to reach it");
}

/** Helpers of the browser may live a moment longer than itself, and still write. */
async function removeProfile(folder: string): Promise<void> {
  for (let attempts = 10;; attempts--) {
    try {
      return await Deno.remove(folder, { recursive: true });
    } catch (error) {
      if (attempts === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

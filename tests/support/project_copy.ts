/**
 * The project in a folder of its own, where tests may change it and fill its folders.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What every part needs. */
const files = ["deno.json", "deno.lock", "mod.ts"];

/** Copies what git holds, or would if it were asked, of some folders, as it is now. */
export async function copyProject(to: string, folders: readonly string[]): Promise<void> {
  const { stdout } = await new Deno.Command("git", {
    args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard", ...files, ...folders],
    cwd: root,
  }).output();
  const names = new TextDecoder().decode(stdout).split("\0").filter((name) => name !== "");
  for (const name of names) {
    await Deno.mkdir(join(to, dirname(name)), { recursive: true });
    await Deno.copyFile(join(root, name), join(to, name));
  }
}

/**
 * What pages import.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { obstacleTo } from "../support/permissions.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const entry = fileURLToPath(new URL("../../lib/browser/browser.ts", import.meta.url));

if (obstacleTo(["run"]) === undefined) {
  testInFolder(
    "what pages import asks for nothing of Node, and for Deno only where it is",
    async (folder) => {
      const bundle = join(folder, "bundle.js");
      const args = [
        "bundle",
        "--quiet",
        "--frozen",
        "--platform",
        "browser",
        "--output",
        bundle,
        entry,
      ];
      const { success, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
      assert(success, new TextDecoder().decode(stderr));
      const code = await Deno.readTextFile(bundle);
      assert.deepEqual(code.match(/\b(from|import|require)\s*\(?"node:[^"]*"/g), null);
      assert(code.includes("parseStudent"));
    },
  );
}

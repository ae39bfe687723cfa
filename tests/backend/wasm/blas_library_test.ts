import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { blasLibraries } from "../../../lib/backend/wasm/blas_library.ts";
import { obstacleTo } from "../../support/permissions.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";

Deno.test("blasLibraries() gives a path as it is, and looks for a name in the system's folders", () => {
  assert.deepEqual(blasLibraries("/opt/libmine.so"), ["/opt/libmine.so"]);
  const [name, ...paths] = blasLibraries("libmine.so");
  assert.equal(name, "libmine.so");
  assert(paths.length > 0 && paths.every((it) => isAbsolute(it) && it.endsWith("libmine.so")));
});

const installed = blasLibraries("auto").find((path) => isAbsolute(path) && existsSync(path));
const obstacle = obstacleTo(["read", "write", "run"]) ??
  (installed === undefined ? "there is no BLAS" : undefined);
Deno.test({
  name: "openBlas() opens and names the one library that its process may open" +
    (obstacle ? ` — skipped: ${obstacle}` : ""),
  ignore: obstacle !== undefined,
  fn: async () => {
    await using folder = await temporaryFolder();
    const module = join(folder.path, "open.ts");
    const blas = new URL("../../../lib/backend/wasm/blas.ts", import.meta.url).href;
    await Deno.writeTextFile(
      module,
      `import { openBlas } from ${JSON.stringify(blas)};
      console.log(openBlas("auto")?.description);`,
    );
    const describe = async (...flags: string[]) => {
      const args = ["run", "--no-prompt", ...flags, module];
      const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
      return new TextDecoder().decode(stdout).trimEnd();
    };
    assert.equal(await describe(`--allow-ffi=${installed}`), await describe("--allow-ffi"));
    assert.equal(await describe(), "undefined");
  },
});

/**
 * Tests that need a Python with some module, which a machine may lack.
 *
 * @module
 */
import assert from "node:assert/strict";
import { obstacleTo } from "./permissions.ts";
import { temporaryFolder } from "./temporary_folder.ts";

/** Another Python may come first on the path than the one that Debian's packages belong to. */
const usualPythons = ["python3", "/usr/bin/python3"];

/** Finds a Python that has a module, without importing it; or says why there is none. */
export async function findPython(
  module: string,
): Promise<{ readonly python: string } | { readonly obstacle: string }> {
  const obstacle = obstacleTo(["run", "read", "write"]);
  if (obstacle) return { obstacle };
  const question = `import importlib.util as i; raise SystemExit(i.find_spec('${module}') is None)`;
  for (const python of usualPythons) {
    const found = await new Deno.Command(python, { args: ["-c", question] }).output()
      .then(({ success }) => success, () => false);
    if (found) return { python };
  }
  return { obstacle: `no python3 has ${module}` };
}

const found = new Map<string, Awaited<ReturnType<typeof findPython>>>();

/** Registers a test that gets a Python with a module, and an empty folder; without, its title says why not. */
export async function testWithPython(
  module: string,
  name: string,
  body: (python: string, folder: string) => Promise<void>,
): Promise<void> {
  if (!found.has(module)) found.set(module, await findPython(module));
  const result = found.get(module)!;
  const isThere = "python" in result;
  Deno.test({
    name: isThere ? name : `${name} — skipped: ${result.obstacle}`,
    ignore: !isThere,
    fn: async () => {
      assert(isThere);
      await using folder = await temporaryFolder();
      await body(result.python, folder.path);
    },
  });
}

/** Runs a program: what it writes on stdout. */
export async function runPython(python: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(python, { args: [...args] }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert(success, err);
  return out;
}

/**
 * Shells that complete a line as they do for whoever sits before them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { obstacleTo } from "../../support/permissions.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";

/** The project's folder: where its tasks are completed. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What is typed, and the words that Tab then offers in place of the last one. */
export const cases: readonly (readonly [typed: string, offered: readonly string[]])[] = [
  ["deno task tr", ["train"]],
  ["deno task -q tr", ["train"]],
  ["deno task test:", ["test:long"]],
  ["deno task completions ", ["bash", "fish", "zsh"]],
  ["deno task train --lin", ["--linear-layer-epochs="]],
  ["deno task train --res", ["--resume"]],
  ["deno task train --no-au", ["--no-augment"]],
  ["deno task train --strategy=", ["--strategy=DOWNSIZE", "--strategy=MAE"]],
  ["deno task train --strategy=M", ["--strategy=MAE"]],
  ["deno task train --strategy M", ["MAE"]],
  ["deno task train --backend=w", ["--backend=wasm", "--backend=webgpu"]],
  ["deno task train --blas=n", ["--blas=none"]],
  ["deno task train --seed=", []],
  ["deno task precompute --rollout-mode=vit", ["--rollout-mode=vit-explain"]],
  ["deno task bench --only=teacher,rol", ["--only=teacher,rollout"]],
  ["deno task bench --student-model=deit_tiny_d", [
    "--student-model=deit_tiny_distilled_patch16_224",
  ]],
  ["deno task train --student-model lo", ["local-dir:"]],
  ["deno task train --student-model=local-dir:data/sample/stu", [
    "--student-model=local-dir:data/sample/student-base/",
    "--student-model=local-dir:data/sample/students/",
  ]],
  ["deno task train --dataset-path=data/sample/im", ["--dataset-path=data/sample/images/"]],
  ["deno task train --rollout-dir data/sample/rol", ["data/sample/rollouts/"]],
  ["deno task train --config=data/configs/pix", ["--config=data/configs/pixelating.json"]],
  ["deno task visualise data/sample/vis", ["data/sample/visualise.png"]],
];

/** Runs a shell's command with the script at hand: what it printed, a line each. */
export async function runShell(
  [shell, ...args]: readonly string[],
  { script, commands, cwd = root }: { script: string; commands: string; cwd?: string },
): Promise<string[]> {
  await using folder = await temporaryFolder();
  const [source, file] = ["completions", "commands"].map((name) => join(folder.path, name));
  await Deno.writeTextFile(source, script);
  await Deno.writeTextFile(file, commands.replaceAll("SCRIPT", source));
  const { code, stdout, stderr } = await new Deno.Command(shell, {
    args: [...args, file],
    cwd,
    stdin: "null",
    env: { HOME: folder.path, TERM: "dumb", LC_ALL: "C.UTF-8", XDG_CONFIG_HOME: folder.path },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, 0, err);
  assert.equal(err, "");
  return out.split("\n").slice(0, -1);
}

/** Registers a test that needs a shell; where there is none it is ignored and its title says so. */
export function testInShell(shell: string, name: string, body: () => Promise<void>): void {
  const obstacle = obstacleTo(["read", "write", "run", "env"]) ?? absenceOf(shell);
  Deno.test({
    name: obstacle ? `${name} — skipped: ${obstacle}` : name,
    ignore: obstacle !== undefined,
    fn: body,
  });
}

function absenceOf(shell: string): string | undefined {
  if (Deno.build.os === "windows") return "runs in a Unix shell";
  const { success } = new Deno.Command("sh", { args: ["-c", `command -v ${shell} >/dev/null`] })
    .outputSync();
  return success ? undefined : `there is no ${shell} on this machine`;
}

/** Descriptions that a shell would act upon, or stumble over. */
export const odd = `it's "odd" [x] \\ $HOME $(touch hacked) \`touch hacked\`: 100 % {a,b} ; # é…`;

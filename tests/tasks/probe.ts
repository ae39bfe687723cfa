/**
 * What is loaded into a task's process before the task, with the task's permissions: it tries what no task is
 * meant to do, and says on stderr what it could do all the same.
 *
 * @module
 */

/** Where the tests see what was done. */
export interface ProbeTargets {
  /** A folder that is none of the task's, with a file `secret`. */
  readonly elsewhere: string;
  /** A folder that the task reads and may not write. */
  readonly input: string;
  /** `host:port` of a server. */
  readonly host: string;
}

/** A module for `deno run --preload=…`. */
export function probeSource(targets: ProbeTargets): string {
  const modules = ["fs", "child_process", "http"].map((name) =>
    `import * as ${name} from "node:${name}";`
  );
  return [...modules, `const targets = ${JSON.stringify(targets)};`, `(${probe})(targets);`].join(
    "\n",
  );
}

/** Runs in the other process; nothing but its text goes there. */
const probe = `async ({ elsewhere, input, host }) => {
  const attempts = {
    "write elsewhere": () => Deno.writeTextFile(elsewhere + "/written", ""),
    "write elsewhere by Node": () => fs.writeFileSync(elsewhere + "/written", ""),
    "write into an input": () => Deno.writeTextFile(input + "/written", ""),
    "remove elsewhere": () => Deno.remove(elsewhere + "/secret"),
    "rename elsewhere": () => Deno.rename(elsewhere + "/secret", elsewhere + "/moved"),
    "link": () => Deno.symlink(elsewhere, input + "/link"),
    "read elsewhere": () => Deno.readTextFile(elsewhere + "/secret"),
    "read passwords": () => Deno.readTextFile("/etc/passwd"),
    "list elsewhere": () => Array.fromAsync(Deno.readDir(elsewhere)),
    "fetch": () => fetch("http://" + host),
    "connect": () => Deno.connect({ hostname: host.split(":")[0], port: Number(host.split(":")[1]) }),
    "listen": () => Deno.listen({ port: 0 }),
    "run Deno": () => new Deno.Command(Deno.execPath(), { args: ["--version"] }).output(),
    "run a program": () => new Deno.Command("true").output(),
    "run by Node": () => { const { error } = child_process.spawnSync("true"); if (error) throw error; },
    "open a library": () => Deno.dlopen("libc.so.6", { getpid: { parameters: [], result: "i32" } }),
    "read the token": () => Deno.env.get("HF_TOKEN"),
    "read the environment": () => Deno.env.toObject(),
    "ask for the host's name": () => Deno.hostname(),
    "ask for more": async () => {
      const { state } = await Deno.permissions.request({ name: "write" });
      if (state !== "granted") throw new Deno.errors.NotCapable(state);
    },
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      console.error("probe: could " + name);
    } catch (error) {
      const isRefusal = error instanceof Deno.errors.NotCapable || /EPERM|NotCapable|ERR_ACCESS/.test(error.code ?? error.name);
      if (!isRefusal) console.error("probe: failed to " + name + ": " + error);
    }
  }
  console.error("probe: done");
}`;

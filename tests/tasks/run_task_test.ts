import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { obstacleTo, testWith } from "../support/permissions.ts";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function fixtureTask(args: string[], env: Record<string, string> = {}): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-env=DEBUG", pathOf("fixture_task.ts"), ...args],
    env: { DEBUG: "", NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function run(args: string[], env?: Record<string, string>) {
  const { code, stdout, stderr } = await fixtureTask(args, env).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** Milliseconds before another Ctrl-C; what comes at once with the first counts as its echo. */
const think = 700;
/** Milliseconds between echoes. */
const between = 30;

/** Runs the task and sends it signals, one Ctrl-C unless told, for each text once that is on stderr. */
async function interrupt(
  args: string[],
  { when, signals = ["SIGINT"] }: { when: string[]; signals?: Deno.Signal[] },
) {
  const child = fixtureTask(args).spawn();
  const out = new Response(child.stdout).text();
  let err = "";
  const awaited = [...when];
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    err += part;
    if (awaited.length > 0 && err.includes(awaited[0])) {
      awaited.shift();
      if (awaited.length < when.length - 1) await new Promise((done) => setTimeout(done, think));
      for (const signal of signals) {
        child.kill(signal);
        await new Promise((done) => setTimeout(done, between)); // or the system makes two of them one
      }
    }
  }
  return { code: (await child.status).code, out: await out, err };
}

testWith(["run"], "runTask() says what it does on stderr and exits with 0", async () => {
  const { code, out, err } = await run(["--steps=4"]);
  assert.equal(code, 0);
  assert.equal(out, "");
  assert.match(err, /^at work\nwarning: look here\nCounting: 4\/4.*, loss 0\.1667\n$/);
});

testWith(["run"], "runTask() prints results for a reader on stdout", async () => {
  const { out } = await run(["--noise"]);
  assert.equal(out, "seed in words\n");
});

testWith(["run"], "runTask() prints exactly one JSON document on stdout with --json", async () => {
  const { code, out, err } = await run(["--json", "--noise", "--seed=7", "--steps=2"]);
  assert.equal(code, 0);
  assert.equal(out, '{"seed":7,"steps":2}\n');
  assert.match(err, /^at work\n/);
  assert.equal((await run(["--json", "--outcome=nothing"])).out, "null\n");
});

testWith(["run"], "runTask() prints nothing but errors with --quiet", async () => {
  assert.deepEqual(await run(["--quiet", "--noise", "--steps=3"]), { code: 0, out: "", err: "" });
  assert.deepEqual(await run(["--quiet", "--json"]), {
    code: 0,
    out: '{"seed":0,"steps":0}\n',
    err: "",
  });
  assert.deepEqual(await run(["--quiet", "--outcome=broken"]), {
    code: 1,
    out: "",
    err: "error: Cannot count: steps is odd, expected even\n",
  });
});

testWith(["run"], "runTask() prints help on stdout and exits with 0", async () => {
  const { code, out, err } = await run(["--help"]);
  assert.equal(code, 0);
  assert.match(out, /^Usage: deno task fixture \[options\]\n\nDoes what its options say\./);
  assert.equal(err, "");
});

testWith(["run"], "runTask() exits with 1 and one line when the body fails", async () => {
  const { code, out, err } = await run(["--outcome=broken"]);
  assert.equal(code, 1);
  assert.equal(out, "");
  assert.match(err, /\nerror: Cannot count: steps is odd, expected even\n$/);
});

testWith(["run"], "runTask() with --json prints failures as one JSON document, too", async () => {
  const message = "Cannot count: steps is odd, expected even";
  assert.deepEqual(await run(["--outcome=broken", "--json", "--quiet"]), {
    code: 1,
    out: `{"error":{"message":"${message}","exitCode":1}}\n`,
    err: `error: ${message}\n`,
  });
  const misused = await run(["--json", "--outcome=misused"]);
  assert.equal(misused.code, 2);
  const { error } = JSON.parse(misused.out);
  assert.deepEqual(error, { message: "--steps does not go with --seed", exitCode: 2 });
  const unread = await run(["--sede=3", "--json"]);
  assert.deepEqual(JSON.parse(unread.out).error, {
    message: "unknown option --sede; did you mean --seed?",
    exitCode: 2,
  });
  assert.equal((await run(["--sede=3", "--json", "--no-json"])).out, "");
});

testWith(
  ["run"],
  "runTask() with --json says that it was interrupted where no result is left",
  async () => {
    const { code, out } = await interrupt(["--outcome=throw-reason", "--json"], {
      when: ["look here"],
    });
    assert.equal(code, 130);
    assert.equal(out, '{"error":{"message":"interrupted","exitCode":130}}\n');
  },
);

testWith(["run"], "runTask() shows where an error comes from when DEBUG is set", async () => {
  const { code, err } = await run(["--outcome=broken", "--quiet"], { DEBUG: "1" });
  assert.equal(code, 1);
  assert.match(err, /^error: .*\nRangeError: [^]* at .*fixture_task\.ts/);
});

testWith(["run"], "runTask() exits with 2 when it is used wrongly", async () => {
  assert.deepEqual(await run(["--sede=3"]), {
    code: 2,
    out: "",
    err: "error: unknown option --sede; did you mean --seed?\n",
  });
  const misused = await run(["--outcome=misused", "--quiet"]);
  assert.equal(misused.code, 2);
  assert.equal(misused.err, "error: --steps does not go with --seed\n");
});

testWith(
  ["run"],
  "runTask() names a configuration file that it cannot read, and exits with 2",
  async () => {
    const { code, err } = await run(["--config=nowhere.json"]);
    assert.equal(code, 2);
    assert.match(err, /^error: Cannot read nowhere\.json: .*\n$/);
  },
);

testWith(["run"], "runTask() lets the body save after Ctrl-C and exits with 130", async () => {
  const { code, out, err } = await interrupt(["--outcome=wait", "--json"], { when: ["look here"] });
  assert.equal(code, 130);
  assert.equal(out, '{"saved":3}\n');
  assert.match(err, /interrupted: finishing up.*\nsaved 3 maps\n/);
});

testWith(["run"], "runTask() lets the body save after SIGTERM and exits with 143", async () => {
  const { code, out, err } = await interrupt(["--outcome=wait", "--json"], {
    when: ["look here"],
    signals: ["SIGTERM"],
  });
  assert.equal(code, 143);
  assert.equal(out, '{"saved":3}\n');
  assert.match(err, /interrupted: finishing up.*\nsaved 3 maps\n/);
});

testWith(
  ["run"],
  "runTask() goes on after SIGHUP where it has no terminal, as under nohup",
  async () => {
    const { code, err } = await interrupt(["--outcome=wait"], {
      when: ["look here"],
      signals: ["SIGHUP", "SIGTERM"],
    });
    assert.equal(code, 143);
    assert.match(err, /saved 3 maps/);
  },
);

const hasScript = await Deno.stat("/usr/bin/script").then(() => true, () => false);
Deno.test({
  name: `runTask() lets the body save when its terminal hangs up, and exits with 129${
    hasScript ? "" : " — skipped: there is no /usr/bin/script to make a terminal with"
  }`,
  ignore: !hasScript,
  fn: async () => {
    const task = `"${Deno.execPath()}" run -A "${pathOf("fixture_task.ts")}" --outcome=wait`;
    const hangingUp = `timeout --foreground --preserve-status -s HUP 2 ${task}`;
    const { code, stdout } = await new Deno.Command("/usr/bin/script", {
      args: ["-qec", hangingUp, "/dev/null"],
      stdin: "null",
    }).output();
    assert.equal(code, 129);
    assert.match(new TextDecoder().decode(stdout), /interrupted: finishing up[^]*saved 3 maps/);
  },
});

testWith(
  ["run"],
  "runTask() takes the signal's own reason for an interruption, not an error",
  async () => {
    const { code, err } = await interrupt(["--outcome=throw-reason"], { when: ["look here"] });
    assert.equal(code, 130);
    assert.ok(!err.includes("error:"), err);
  },
);

testWith(
  ["run"],
  "runTask() takes one Ctrl-C that comes three times, as under deno task, for one",
  async () => {
    const { code, out } = await interrupt(["--outcome=slow", "--json"], {
      when: ["look here"],
      signals: ["SIGINT", "SIGINT", "SIGINT"],
    });
    assert.equal(code, 130);
    assert.equal(out, '{"saved":3}\n');
  },
);

testWith(["run"], "runTask() ends at once at the second Ctrl-C", async () => {
  const when = ["look here", "interrupted: finishing up"];
  const { code, out } = await interrupt(["--outcome=deaf", "--json"], { when });
  assert.equal(code, 130);
  assert.equal(out, "");
});

testWith(["run"], "runTask() goes on when nobody reads its messages", async () => {
  const child = fixtureTask(["--outcome=done", "--steps=200", "--json"]).spawn();
  await child.stderr.cancel();
  assert.equal(await new Response(child.stdout).text(), '{"seed":0,"steps":200}\n');
  assert.equal((await child.status).code, 0);
});

testWith(["run"], "runTask() and the tasks' options load without tfjs", async () => {
  for (const path of ["../../tasks/terminal/run_task.ts", "../../lib/config/task_schemas.ts"]) {
    const info = new Deno.Command(Deno.execPath(), { args: ["info", "--json", pathOf(path)] });
    const { code, stdout } = await info.output();
    assert.equal(code, 0);
    const graph: { modules: { specifier: string }[] } = JSON.parse(
      new TextDecoder().decode(stdout),
    );
    const modules = graph.modules.map(({ specifier }) => specifier);
    assert.ok(modules.some((it) => it.startsWith("npm:/zod@")), "packages are among the modules");
    assert.ok(!modules.some((it) => it.includes("@tensorflow")), path);
  }
});

testWith(["run"], "runTask() ends cleanly while workers are within the BLAS", async () => {
  const args = ["run", "-A", pathOf("multiplying_task.ts"), "--quiet"];
  for (let trial = 0; trial < 5; trial++) { // an exit at once crashed in about every second
    const { code, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    assert.deepEqual({ code, err: new TextDecoder().decode(stderr) }, { code: 0, err: "" });
  }
});

const isFullThere = Deno.build.os === "linux";

Deno.test({
  name: `runTask() fails where its document does not fit${
    isFullThere ? "" : " — skipped: no /dev/full"
  }`,
  ignore: !isFullThere || obstacleTo(["run", "read"]) !== undefined,
  fn: async () => {
    const task = [Deno.execPath(), "run", "--no-prompt", "--allow-env=DEBUG"];
    const { code, stderr } = await new Deno.Command("sh", {
      args: [
        "-c",
        '"$@" > /dev/full',
        "sh",
        ...task,
        pathOf("fixture_task.ts"),
        "--json",
        "--quiet",
      ],
      env: { DEBUG: "", NO_COLOR: "1" },
    }).output();
    assert.equal(code, 1);
    assert.match(
      new TextDecoder().decode(stderr),
      /^error: Cannot write the result to stdout: the disk is full, expected room for \d+ bytes; free/,
    );
  },
});

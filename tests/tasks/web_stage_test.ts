/**
 * What the server of `deno task web` gives away, and what it does not.
 */
import assert from "node:assert/strict";
import { webTask } from "../../lib/config/web_schema.ts";
import { webStage } from "../../tasks/stages/web_stage.ts";
import { Terminal } from "../../tasks/terminal/terminal.ts";
import { testWith } from "../support/permissions.ts";

const checkpoint = "data/sample/students/masked.safetensors";

/** A server that says where it is, and ends with the block. */
async function serve(port = 0) {
  const end = new AbortController();
  const said = Promise.withResolvers<string>();
  const stream = { isTTY: false, write: (text: string) => said.resolve(text) };
  const terminal = new Terminal({ signal: end.signal, stream: stream as never });
  const options = webTask.schema.parse({ checkpoint, port });
  const served = webStage(options, terminal);
  const line = await Promise.race([said.promise, served.then(() => "")]);
  const [address] = /http:\S+/.exec(line)!;
  const finish = async () => {
    end.abort();
    assert.deepEqual(await served, { address, checkpoint });
  };
  return { address, [Symbol.asyncDispose]: finish };
}

testWith(["read", "net"], "the server gives the page, the student and nothing else", async () => {
  await using server = await serve();
  const page = await fetch(server.address);
  assert.match(page.headers.get("content-security-policy")!, /default-src 'self'/);
  assert.match(await page.text(), /<title>Where to look next/);
  const student = await fetch(`${server.address}student.safetensors`);
  assert.deepEqual(await student.bytes(), await Deno.readFile(checkpoint));
  const about = await (await fetch(`${server.address}served.json`)).json();
  assert.equal(about.student, "masked.safetensors", "no path of this machine");
  for (const address of about.examples) {
    const example = await fetch(server.address + address);
    assert.equal(example.headers.get("content-type"), "image/png");
    await example.body?.cancel();
  }
  for (
    const elsewhere of ["deno.json", "%2e%2e/deno.json", "examples/", "examples/scene-00000.png"]
  ) {
    const answer = await fetch(server.address + elsewhere);
    assert.equal(answer.status, 404, elsewhere);
    await answer.body?.cancel();
  }
  const posted = await fetch(server.address, { method: "POST", body: "x" });
  assert.equal(posted.status, 405);
});

testWith(["read", "net"], "a port that is taken is named with the remedy", async () => {
  await using server = await serve();
  const port = Number(new URL(server.address).port);
  await assert.rejects(serve(port), {
    message: new RegExp(`^Cannot listen on 127\\.0\\.0\\.1:${port}: .*--port=0 for a free one$`),
  });
});

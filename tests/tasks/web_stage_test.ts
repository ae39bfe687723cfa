/**
 * What the server of `deno task web` gives away, and what it does not.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { webTask } from "../../lib/config/web_schema.ts";
import { webStage } from "../../tasks/stages/web_stage.ts";
import { Terminal } from "../../tasks/terminal/terminal.ts";
import { testWith } from "../support/permissions.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const sampleStudent = "data/sample/students/masked.safetensors";

/** A server that says where it is, and ends with the block. */
async function serve({ port = 0, checkpoint = sampleStudent } = {}) {
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
  assert.deepEqual(await student.bytes(), await Deno.readFile(sampleStudent));
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
  await posted.body?.cancel();
});

testWith(["read", "net"], "a page whose name was made to lead here is given nothing", async () => {
  await using server = await serve();
  const { port } = new URL(server.address);
  for (const [name, status] of [["rebound.example", 421], ["localhost", 200]] as const) {
    assert.equal((await ask(`GET /student.safetensors`, { port, name })).status, status, name);
  }
});

testWith(["read", "net"], "HEAD says how long a file is, without it", async () => {
  await using server = await serve();
  const { port } = new URL(server.address);
  const { headers, body } = await ask("HEAD /student.safetensors", { port, name: "localhost" });
  assert.equal(headers["content-length"], String((await Deno.stat(sampleStudent)).size));
  assert.equal(body, 0);
});

testWith(
  ["read", "write", "net"],
  "a student that is gone meanwhile is missing, and the server goes on",
  async () => {
    await using folder = await temporaryFolder();
    const checkpoint = join(folder.path, "student.safetensors");
    await Deno.copyFile(sampleStudent, checkpoint);
    await using server = await serve({ checkpoint });
    await Deno.remove(checkpoint);
    const gone = await fetch(`${server.address}student.safetensors`);
    assert.equal(gone.status, 404);
    assert.equal(await gone.text(), "This file is gone or unreadable.");
  },
);

testWith(["read", "net"], "what the page cannot read is refused before it is served", async () => {
  const checkpoint = "tests/fixtures/torch/compiled.pt";
  await assert.rejects(serve({ checkpoint }), { message: /^Cannot serve .*formats=checkpoint/ });
  await assert.rejects(serve({ checkpoint: "README.md" }), SyntaxError);
});

/** Asks under a name of one's own, which `fetch` does not let through. */
async function ask(line: string, { port, name }: { port: string; name: string }) {
  const [method, path] = line.split(" ");
  const asked = request({ port, method, path, headers: { host: `${name}:${port}` }, agent: false });
  const [response] = await once(asked.end(), "response") as [IncomingMessage];
  let body = 0;
  for await (const chunk of response) body += chunk.length;
  return { status: response.statusCode, headers: response.headers, body };
}

testWith(["read", "net"], "a port that is taken is named with the remedy", async () => {
  await using server = await serve();
  const port = Number(new URL(server.address).port);
  await assert.rejects(serve({ port }), {
    message: new RegExp(`^Cannot listen on 127\\.0\\.0\\.1:${port}: .*--port=0 for a free one$`),
  });
});

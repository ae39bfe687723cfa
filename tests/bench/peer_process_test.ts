import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { testWith } from "../support/permissions.ts";
import { findPeer } from "./find_peer.ts";
import { PeerError, PeerProcess } from "./peer_process.ts";

const script = fileURLToPath(new URL("fake_peer.ts", import.meta.url));
const python = Deno.execPath();

testWith(["read", "run"], "PeerProcess.start() learns what the peer runs with", async () => {
  await using peer = await PeerProcess.start({ python, script });
  const { torch, blas } = peer.description;
  assert.deepEqual({ torch, blas, python: peer.description.python }, {
    torch: "0.0",
    blas: "none",
    python,
  });
  assert(peer.isAlive);
});

testWith(["read", "run"], "PeerProcess.request() gets the reply to each request", async () => {
  await using peer = await PeerProcess.start({ python, script });
  const long = "x".repeat(200_000); // more than a pipe takes at once
  for (const value of ["a", "ä\n", long]) {
    assert.deepEqual(await peer.request("echo", { value }), { do: "echo", value });
  }
});

testWith(
  ["read", "run"],
  "PeerProcess.request() names an error, after which the peer goes on",
  async () => {
    await using peer = await PeerProcess.start({ python, script });
    await assert.rejects(
      peer.request("fail"),
      new PeerError("PyTorch: RuntimeError: out of memory"),
    );
    assert.deepEqual(await peer.request("echo"), { do: "echo" });
  },
);

testWith(["read", "run"], "PeerProcess.request() quotes a peer that ends", async () => {
  await using peer = await PeerProcess.start({ python, script });
  await assert.rejects(peer.request("crash"), (error: Error) => {
    assert(error instanceof PeerError);
    assert.match(error.message, /^PyTorch ended with code 3: .*RuntimeError: broken$/);
    return true;
  });
  assert(!peer.isAlive);
  await assert.rejects(peer.request("echo"), new PeerError("PyTorch has ended"));
});

testWith(["read", "run"], "PeerProcess ends when the signal is aborted in a request", async () => {
  const controller = new AbortController();
  await using peer = await PeerProcess.start({ python, script, signal: controller.signal });
  const request = peer.request("teacher"); // has no reply
  controller.abort();
  await assert.rejects(request, PeerError);
  assert(!peer.isAlive);
});

testWith(["read", "run"], "findPeer() says why there is no peer", async () => {
  const missing = await findPeer({ python: "no-such-python", script });
  assert.match((missing as { obstacle: string }).obstacle, /^no-such-python: .* does not start: /);
  const wrong = await findPeer({ python, script: `${script}.missing` });
  assert.match((wrong as { obstacle: string }).obstacle, /: PyTorch ended with code 1: /);
});

testWith(["read", "run"], "findPeer() starts the Python that it is told to", async () => {
  const found = await findPeer({ python, script });
  assert("peer" in found);
  await found.peer.close();
});

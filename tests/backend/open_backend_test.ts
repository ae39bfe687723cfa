import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import {
  type BackendChoice,
  describeBackend,
  openBackend,
} from "../../lib/backend/open_backend.ts";
import { testOnEveryBackend } from "../support/backends.ts";

testOnEveryBackend("openBackend() starts the backend asked for", async (backend) => {
  const opened = await openBackend(backend);
  assert.equal(opened.name, backend);
  assert.equal(opened.reason, "as asked");
  assert.equal(tf.getBackend(), backend);
  assert.match(describeBackend(opened), new RegExp(`^backend ${backend} \\(.+\\): as asked$`));
});

testOnEveryBackend("openBackend() leaves tfjs able to compute", async () => {
  const sum = tf.tidy(() => tf.tensor1d([1, 2, 3]).sum());
  assert.deepEqual([...await sum.data()], [6]);
  sum.dispose();
});

/** An adapter as `navigator.gpu` describes it. */
interface AdapterInfo {
  readonly description: string;
  readonly vendor: string;
  readonly device: string;
  readonly isFallbackAdapter: boolean;
}

const realAdapter: AdapterInfo = {
  description: "A real GPU",
  vendor: "4318",
  device: "1",
  isFallbackAdapter: false,
};

/** Runs a body on a machine whose only adapter is this one, or that has none. */
async function withAdapter(
  info: AdapterInfo | undefined,
  body: () => Promise<void>,
): Promise<void> {
  const gpu = { requestAdapter: () => Promise.resolve(info && { info, features: new Set() }) };
  Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
  try {
    await body();
  } finally {
    Reflect.deleteProperty(navigator, "gpu");
  }
}

const softwareAdapters: AdapterInfo[] = [
  { description: "llvmpipe (LLVM 15.0.6)", vendor: "65541", device: "0", isFallbackAdapter: false },
  { description: "SwiftShader Device", vendor: "6880", device: "0", isFallbackAdapter: false },
  { description: "", vendor: "5140", device: "140", isFallbackAdapter: true },
];

testOnEveryBackend("openBackend() takes wasm when asked for auto without a GPU", async () => {
  await withAdapter(undefined, async () => {
    const opened = await openBackend("auto");
    assert.deepEqual({ ...opened, device: "" }, { name: "wasm", device: "", reason: "no GPU" });
    assert.match(opened.device, /^SIMD, (OpenBLAS|Accelerate|no BLAS found)/);
    assert.deepEqual(await openBackend(), opened, "auto is the default");
    assert.equal(describeBackend(opened), `backend wasm (${opened.device}): no GPU`);
  });
}, { only: ["wasm"] });

testOnEveryBackend("openBackend() leaves BLAS alone when told so", async () => {
  const { device } = await openBackend("wasm", { blas: "none" });
  assert.equal(device, "SIMD");
}, { only: ["wasm"] });

testOnEveryBackend("openBackend() names the BLAS library that does not open", async () => {
  await assert.rejects(openBackend("wasm", { blas: "/nowhere/libblas.so" }), {
    name: "Error",
    message: /^Cannot open BLAS: \/nowhere\/libblas.so .*use --blas=auto or --blas=none$/,
  });
}, { only: ["wasm"] });

testOnEveryBackend("openBackend() takes wasm, not a software adapter, for auto", async () => {
  for (const adapter of softwareAdapters) {
    await withAdapter(adapter, async () => {
      const { name, reason } = await openBackend("auto");
      const called = adapter.description || "vendor 5140, device 140";
      assert.equal(name, "wasm");
      assert.equal(reason, `the only WebGPU adapter is software (${called})`);
    });
  }
}, { only: ["wasm"] });

Deno.test("openBackend() says what helps when WebGPU is asked for and no adapter answers", async () => {
  await withAdapter(undefined, async () => {
    await assert.rejects(openBackend("webgpu"), {
      name: "Error",
      message: "Cannot open backend webgpu: no adapter answers; install a Vulkan driver " +
        "(Debian: mesa-vulkan-drivers) or use --backend=wasm",
    });
  });
});

Deno.test("openBackend() refuses half precision where it cannot be had", async () => {
  const cases: [BackendChoice, AdapterInfo | undefined, string][] = [
    ["cpu", realAdapter, "the backend is cpu"],
    ["wasm", realAdapter, "the backend is wasm (as asked)"],
    ["auto", undefined, "the backend is wasm (no GPU)"],
    ["auto", realAdapter, "the adapter A real GPU lacks shader-f16"],
    ["webgpu", realAdapter, "the adapter A real GPU lacks shader-f16"],
  ];
  for (const [choice, adapter, obstacle] of cases) {
    await withAdapter(adapter, async () => {
      await assert.rejects(openBackend(choice, { half: true }), {
        name: "Error",
        message: `Cannot compute in half precision: ${obstacle}, expected a WebGPU adapter with ` +
          "shader-f16; use --backend=webgpu where there is one, else leave out --half",
      });
    });
  }
});

Deno.test("openBackend() refuses a backend that does not exist", async () => {
  await assert.rejects(openBackend("webgl" as BackendChoice), {
    name: "RangeError",
    message: "Cannot open backend: choice is webgl, expected auto, webgpu, wasm, cpu",
  });
});

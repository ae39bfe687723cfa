import assert from "node:assert/strict";
import {
  type CacheIdentity,
  checkIdentity,
  describeDifferences,
  fingerprint,
} from "../../lib/cache/settings.ts";
import { settings } from "./cache_support.ts";

const identity: CacheIdentity = {
  settings,
  dataset: { imageCount: 7, pathsSha256: "b".repeat(64) },
};

/** The same weights under another spelling of their path. */
const respelt: CacheIdentity = {
  ...identity,
  settings: { ...settings, teacher: { ...settings.teacher, name: "local-dir:../teacher" } },
};

/** Every identity that differs from `identity` in one value that counts: the key's path, and the identity. */
function variants(): [path: string, variant: CacheIdentity][] {
  const found: [string, CacheIdentity][] = [];
  const visit = (value: object, keys: string[]) => {
    for (const [key, child] of Object.entries(value)) {
      const path = [...keys, key];
      if (typeof child === "object") visit(child, path);
      else if (path.join(".") !== "settings.teacher.name") {
        found.push([path.join("."), replaced(path, other(child))]);
      }
    }
  };
  visit(identity, []);
  return found;
}

/** Another value that is possible in the same place. */
function other(value: string | number): string | number {
  if (typeof value === "number") return Number.isInteger(value) ? value + 1 : value / 2;
  const others: Record<string, string> = {
    paper: "vit-explain",
    mean: "max",
    bicubic: "bilinear",
    center: "squash",
  };
  return others[value] ?? (/^(.)\1{63}$/.test(value) ? "c".repeat(64) : value + "x");
}

function replaced(path: string[], value: string | number): CacheIdentity {
  const copy = structuredClone(identity);
  const parent = path.slice(0, -1).reduce(
    (object, key) => object[key] as Record<string, unknown>,
    copy as unknown as Record<string, unknown>,
  );
  parent[path.at(-1)!] = value;
  return copy;
}

Deno.test("describeDifferences() names every value that differs, and nothing else", () => {
  assert.deepEqual(describeDifferences(identity, structuredClone(identity)), []);
  for (const [path, variant] of variants()) {
    assert.equal(describeDifferences(identity, variant).length, 1, path);
  }
});

Deno.test("describeDifferences() says both values in words", () => {
  const asked = {
    settings: {
      ...settings,
      rollout: { ...settings.rollout, headFusion: "max" as const, discardRatio: 0.95 },
      grid: [14, 14] as const,
    },
    dataset: { ...identity.dataset, imageCount: 8 },
  };
  assert.deepEqual(describeDifferences(identity, asked), [
    "head fusion: mean in the cache, max asked",
    "discard ratio: 0.9 in the cache, 0.95 asked",
    "grid (height, width): 2, 3 in the cache, 14, 14 asked",
    "number of photos: 7 in the cache, 8 asked",
  ]);
});

Deno.test("fingerprint() changes with every value but not with the order of the keys", () => {
  const fingerprints = variants().map(([, variant]) => fingerprint(variant));
  assert.equal(new Set([fingerprint(identity), ...fingerprints]).size, fingerprints.length + 1);
  assert.equal(fingerprint(reversed(identity) as CacheIdentity), fingerprint(identity));
});

function reversed(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).reverse().map(([key, child]) => [key, reversed(child)]);
  return Object.fromEntries(entries);
}

Deno.test("a cache that names no precision is one of float32", () => {
  const half: CacheIdentity = { ...identity, settings: { ...settings, precision: "float16" } };
  assert.deepEqual(describeDifferences(identity, half), [
    "precision: float32 in the cache, float16 asked",
  ]);
  assert.deepEqual(describeDifferences(half, identity), [
    "precision: float16 in the cache, float32 asked",
  ]);
  assert.deepEqual(describeDifferences(half, half), []);
  assert.notEqual(fingerprint(half), fingerprint(identity));
  assert.deepEqual(checkIdentity(half), half);
  assert.deepEqual(checkIdentity(identity), identity);
});

Deno.test("the teacher's name is no part of the identity", () => {
  assert.deepEqual(describeDifferences(identity, respelt), []);
  assert.equal(fingerprint(respelt), fingerprint(identity));
});

Deno.test("checkIdentity() names each impossible value", () => {
  const impossible = {
    ...identity,
    settings: { ...settings, shardSize: 0, rollout: { ...settings.rollout, discardRatio: 1.1 } },
  };
  assert.throws(() => checkIdentity(impossible), {
    name: "RangeError",
    message: /settings\.rollout\.discardRatio: .*; settings\.shardSize: /,
  });
});

/**
 * A disk so small that it is soon full, for tests of what happens then.
 *
 * @module
 */
import { join } from "node:path";
import { obstacleTo } from "./permissions.ts";

/** A file system of its own, unmounted at the end of an `await using` block. */
export interface SmallDisk extends AsyncDisposable {
  /** Where it is mounted. */
  readonly path: string;
  /** Fills it until so many bytes are free, at first or again; whole pages of 4096. */
  leave(free: number): Promise<void>;
  /** Takes the filling away. */
  empty(): Promise<void>;
  /** Lets nobody write to it. */
  makeReadOnly(): Promise<void>;
}

const size = 4 * 2 ** 20;

async function mount(...args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command("mount", { args, stderr: "null", stdout: "null" })
    .output();
  return success;
}

async function unmount(path: string): Promise<void> {
  await new Deno.Command("umount", { args: [path] }).output();
  await Deno.remove(path);
}

/** Mounts one. */
export async function smallDisk(): Promise<SmallDisk> {
  const path = await Deno.makeTempDir({ prefix: "small-disk-" });
  if (!await mount("-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path)) {
    await Deno.remove(path);
    throw new Error("Cannot mount a tmpfs");
  }
  const ballast = join(path, "ballast");
  const empty = () => Deno.remove(ballast).catch(() => {});
  return {
    path,
    empty,
    async leave(free) {
      await empty();
      try {
        await Deno.writeFile(ballast, new Uint8Array(2 * size));
      } catch {
        await Deno.truncate(ballast, (await Deno.stat(ballast)).size - free);
      }
    },
    async makeReadOnly() {
      if (!await mount("-o", "remount,ro", path)) throw new Error("Cannot remount read-only");
    },
    [Symbol.asyncDispose]: () => unmount(path),
  };
}

/** Why none can be had here; undefined when it can. */
async function smallDiskObstacle(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "a tmpfs is Linux's";
  const mayRun = await Deno.permissions.query({ name: "run" });
  if (mayRun.state !== "granted") return "needs --allow-run to mount a tmpfs";
  try {
    await using _disk = await smallDisk();
    return undefined;
  } catch {
    return "this user may not mount a tmpfs";
  }
}

const obstacle = obstacleTo(["read", "write"]) ?? await smallDiskObstacle();

/** Registers a test that mounts small disks; where none can be had it is ignored and its title says why. */
export function testOnSmallDisk(name: string, body: () => Promise<void>): void {
  const ignore = obstacle !== undefined;
  Deno.test({ name: ignore ? `${name} — skipped: ${obstacle}` : name, ignore, fn: body });
}

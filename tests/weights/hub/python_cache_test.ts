/** One cache folder for this project and for Python's own library, where a machine has that. */
import assert from "node:assert/strict";
import { HubSnapshot } from "../../../lib/weights/hub/hub_snapshot.ts";
import { testWithPython } from "../../support/python.ts";
import { content, files, large } from "./hub_place.ts";
import { bytesOf, type HubServer, startHub } from "./hub_server.ts";

/** Lets Python's library say where files of `org/model` are; it downloads what is missing. */
async function askPython(
  python: string,
  { hub, folder, offline = false, names = Object.keys(files) }: {
    hub: HubServer;
    folder: string;
    offline?: boolean;
    names?: readonly string[];
  },
): Promise<string[]> {
  const program = "import sys\nfrom huggingface_hub import hf_hub_download\n" +
    "for name in sys.argv[1:]: print(hf_hub_download('org/model', name))";
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: ["-c", program, ...names],
    env: {
      HF_ENDPOINT: hub.endpoint,
      HF_HUB_CACHE: folder,
      HF_HUB_OFFLINE: offline ? "1" : "0",
      HF_HUB_DISABLE_XET: "1",
      HF_HUB_DISABLE_TELEMETRY: "1",
      HF_HUB_DISABLE_PROGRESS_BARS: "1",
    },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert(success, err);
  return out.trimEnd().split("\n");
}

const downloads = ({ arrivals }: HubServer) =>
  arrivals.filter(({ server, method }) => server === "content" && method === "GET").length;

await testWithPython(
  "huggingface_hub",
  "HubSnapshot.fetch() finds what Python's library has fetched, and the other way round",
  async (python, folder) => {
    for (const isPythonFirst of [true, false]) {
      await using hub = startHub({ "org/model": files });
      const cacheDir = `${folder}/${isPythonFirst}`;
      const open = (offline: boolean) =>
        HubSnapshot.open("org/model", { cacheDir, endpoint: hub.endpoint, offline });
      const ours = async (offline: boolean) => {
        const snapshot = await open(offline);
        return [await snapshot.fetch("config.json"), await snapshot.fetch(large)];
      };
      const theirs = (offline: boolean) => askPython(python, { hub, folder: cacheDir, offline });
      const [first, second] = isPythonFirst ? [theirs, ours] : [ours, theirs];
      const paths = await first(false);
      assert.deepEqual(await Deno.readFile(paths[1]), content);
      for (const offline of [false, true]) assert.deepEqual(await second(offline), paths);
      assert.equal(downloads(hub), 1);
    }
  },
);

await testWithPython(
  "huggingface_hub",
  "HubSnapshot.fetch() and Python's library wait for each other",
  async (python, folder) => {
    const slow = new Uint8Array(1_500_000).map((_, index) => index >> 3); // takes the server a second
    for (const isPythonFirst of [true, false]) {
      await using hub = startHub({ "org/model": { [large]: slow } });
      const cacheDir = `${folder}/${isPythonFirst}`;
      const ours = async () => {
        const snapshot = await HubSnapshot.open("org/model", {
          cacheDir,
          endpoint: hub.endpoint,
          offline: false,
        });
        return [await snapshot.fetch(large)];
      };
      const theirs = () => askPython(python, { hub, folder: cacheDir, names: [large] });
      const [first, second] = isPythonFirst ? [theirs, ours] : [ours, theirs];
      const one = first();
      while (downloads(hub) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      const [paths, others] = await Promise.all([one, second()]);
      assert.deepEqual(others, paths);
      assert.deepEqual(await Deno.readFile(paths[0]), bytesOf(slow));
      assert.equal(downloads(hub), 1);
    }
  },
);

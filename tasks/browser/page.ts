/// <reference lib="dom" />
/**
 * The page of `deno task web`: takes a photo, lets a student look at it, and shows where it would look next.
 * `?photo=URL` takes one at once, `?backend=webgpu` or `wasm` computes there.
 *
 * @module
 */
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import {
  type BackendChoice,
  describeBackend,
  describeView,
  type Glimpse,
  openBackend,
  overlayMap,
  parseStudent,
  type StudentCheckpoint,
} from "../../lib/browser/browser.ts";
import { decodePhoto } from "./decode_photo.ts";
import { drawGlimpses, drawImage } from "./draw.ts";
import { lookNext, type NextLook } from "./look_next.ts";

/** What the server says of itself. */
interface Served {
  /** The student's file, for the eye. */
  readonly student: string;
  /** Addresses of photos to try. */
  readonly examples: readonly string[];
}

const file = element<HTMLInputElement>("file");
const status = element("status");

/** How many photos were taken: of several in quick succession, the last is shown, whichever is ready last. */
let taken = 0;

/** Takes a photo that is dropped; before there is a student, a drop does nothing, and leaves the page where it is. */
let takeDropped: ((files: FileList | undefined) => void) | undefined;
listenToDrops();

// What a lost or failing GPU leads to is thrown where nobody waits for it.
addEventListener("error", ({ error }) => error && showFailure(error));

await start().catch(showFailure);

async function start(): Promise<void> {
  setWasmPaths("./wasm/");
  const asked = new URLSearchParams(location.search);
  const choice = (asked.get("backend") ?? "auto") as BackendChoice;
  const backend = await openBackend(choice, { blas: "none" }); // a page can open no library
  const served: Served = await (await fetchFile("served.json")).json();
  const bytes = new Uint8Array(await (await fetchFile("student.safetensors")).arrayBuffer());
  const checkpoint = await parseStudent(bytes, { name: served.student });
  element("view").textContent = describeView(checkpoint.description);
  element("about").textContent = `${served.student}; ${describeBackend(backend)}`;
  takePhotos(checkpoint, served);
  say("Ready.");
  const photo = asked.get("photo");
  if (photo) await take(photo, checkpoint);
}

function listenToDrops(): void {
  document.ondragover = (event) => {
    event.preventDefault();
    document.body.classList.add("dragging");
  };
  document.ondragleave = () => document.body.classList.remove("dragging");
  document.ondrop = (event) => {
    event.preventDefault();
    document.body.classList.remove("dragging");
    takeDropped?.(event.dataTransfer?.files);
  };
}

/** Listens to the ways in which a photo may come. */
function takePhotos(checkpoint: StudentCheckpoint, { examples }: Served): void {
  const takeFirst = (files: FileList | null | undefined) => {
    if (files?.[0]) take(files[0], checkpoint);
  };
  takeDropped = takeFirst;
  file.disabled = false;
  file.onchange = () => {
    takeFirst(file.files);
    file.value = ""; // so that the same photo can be chosen again
  };
  for (const [place, address] of examples.entries()) {
    const [button, image] = [document.createElement("button"), document.createElement("img")];
    button.type = "button";
    image.src = address;
    image.alt = `Example ${place + 1}`;
    button.append(image);
    button.onclick = () => take(address, checkpoint);
    element("examples").append(button);
  }
}

/** Lets the student look at a photo, or at the one at an address, unless another is taken meanwhile. */
async function take(source: File | string, checkpoint: StudentCheckpoint): Promise<void> {
  const turn = ++taken;
  say("Looking…");
  try {
    const blob = typeof source === "string" ? await (await fetchFile(source)).blob() : source;
    const name = typeof source === "string" ? source.split("/").at(-1)! : source.name;
    const photo = await decodePhoto(blob, name);
    if (turn !== taken) return;
    const started = performance.now();
    const look = await lookNext(photo, checkpoint);
    if (turn !== taken) return;
    show(look, checkpoint);
    say(`Looked at ${name} in ${Math.round(performance.now() - started)} ms.`);
  } catch (error) {
    if (turn !== taken) return;
    element("look").hidden = true; // what is there is another photo's
    showFailure(error as Error);
  }
}

function show({ photo, seen, map, glimpses }: NextLook, checkpoint: StudentCheckpoint): void {
  const { grid: [gridHeight, gridWidth], view: { imageSize } } = checkpoint.description;
  element("look").hidden = false;
  drawImage(element<HTMLCanvasElement>("photo"), photo);
  drawGlimpses(element<HTMLCanvasElement>("photo"), glimpses, imageSize);
  drawImage(element<HTMLCanvasElement>("seen"), seen, { smooth: false });
  drawImage(element<HTMLCanvasElement>("map"), overlayMap(photo, map, { gridHeight, gridWidth }));
  element("map").dataset.values = JSON.stringify([...map]); // for whoever wants the numbers
  element("glimpses").replaceChildren(...glimpses.map((glimpse) => describe(glimpse, imageSize)));
}

function describe({ box, mass }: Glimpse, [height, width]: readonly [number, number]): HTMLElement {
  const [top, left, bottom, right] = box;
  const [item, where] = [document.createElement("li"), document.createElement("span")];
  where.textContent = ` at x ${left}–${right}, y ${top}–${bottom} of ${width}×${height}`;
  item.append(`${(mass * 100).toFixed(1)} % of the attention`, where);
  return item;
}

async function fetchFile(address: string): Promise<Response> {
  const response = await fetch(address);
  if (response.ok) return response;
  throw new Error(`Cannot fetch ${address}: the server says ${response.status}`);
}

function say(message: string): void {
  status.classList.remove("failed");
  status.textContent = message;
}

function showFailure(error: Error): void {
  status.classList.add("failed");
  status.textContent = error.message;
}

function element<Kind extends HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

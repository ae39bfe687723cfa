/**
 * Where BLAS libraries lie: full paths, since a process may be allowed to open one library alone.
 *
 * A browser, which has none, must be able to load this module: it does without Node's paths.
 *
 * @module
 */

/** What a BLAS is called; Accelerate lies at one place on every Mac. */
const names: Partial<Record<typeof Deno.build.os, readonly string[]>> = {
  linux: ["libopenblas.so.0", "libopenblas.so"],
  darwin: ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
  windows: ["libopenblas.dll"],
};

/**
 * Lists what may be a BLAS on this machine, whether or not it is there; the first that opens is meant.
 *
 * @param choice `auto` for those that are usually installed; else a library's path, or its name.
 * @returns Paths, before them names for the system's loader to find.
 */
export function blasLibraries(choice: "auto" | string): string[] {
  const wanted = choice === "auto" ? names[globalThis.Deno?.build.os] ?? [] : [choice];
  const isName = (library: string) => !/[/\\]/.test(library);
  const found = wanted.filter(isName).flatMap((name) =>
    libraryFolders().map((folder) => `${folder}/${name}`)
  );
  return [...wanted, ...found];
}

/** Where the system's loader looks: ld.so(8), and Windows's search order. */
function libraryFolders(): string[] {
  if (Deno.build.os === "windows") return foldersIn("PATH");
  const triplet = `${Deno.build.arch}-linux-gnu`; // Debian's folder of an architecture
  const usual = [
    "/usr/local/lib",
    `/usr/lib/${triplet}`,
    `/lib/${triplet}`,
    "/usr/lib64",
    "/usr/lib",
  ];
  return [...foldersIn("LD_LIBRARY_PATH"), ...usual];
}

function foldersIn(variable: string): string[] {
  if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") return [];
  const delimiter = Deno.build.os === "windows" ? ";" : ":";
  return (Deno.env.get(variable) ?? "").split(delimiter).filter(isAbsolute);
}

function isAbsolute(folder: string): boolean {
  return /^([/\\]|[a-z]:[/\\])/i.test(folder);
}

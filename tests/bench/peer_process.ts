/**
 * The PyTorch peer as a child process that answers requests, one JSON object a line.
 *
 * @module
 */

/** What PyTorch runs with. */
export interface PeerDescription {
  /** The program. */
  readonly python: string;
  /** Version of PyTorch. */
  readonly torch: string;
  /** The GPU, or the CPU and its cores. */
  readonly device: string;
  /** The library of its matrix products. */
  readonly blas: string;
}

/** The peer as measurements see it. */
export interface Peer {
  /** What it runs with. */
  readonly description: PeerDescription;
  /** Whether it still answers. */
  readonly isAlive: boolean;
  /**
   * Asks for something and waits for the reply.
   *
   * @throws {PeerError} When the peer could not do it, or has ended.
   */
  request<Reply>(name: string, parameters?: Readonly<Record<string, unknown>>): Promise<Reply>;
}

/** The peer could not do what it was asked to. */
export class PeerError extends Error {
  override readonly name = "PeerError";
}

/** How to start a peer. */
export interface PeerOptions {
  /** The program. */
  readonly python: string;
  /** The script that it runs. */
  readonly script: string;
  /** Ends the process when it is aborted. */
  readonly signal?: AbortSignal;
}

/** Lines of the child's stderr that an error quotes. */
const quotedLines = 3;

/** A running peer; it is ended by {@linkcode PeerProcess.close}. */
export class PeerProcess implements Peer, AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #replies: AsyncGenerator<string>;
  readonly #stderr: Promise<string>;
  readonly #stop = () => this.#kill();
  readonly #signal?: AbortSignal;
  #isAlive = true;
  /** What it says of itself. */
  description!: PeerDescription;

  private constructor({ python, script, signal }: PeerOptions) {
    this.#child = new Deno.Command(python, {
      args: [script],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#replies = linesOf(this.#child.stdout);
    this.#stderr = new Response(this.#child.stderr).text();
    this.#signal = signal;
    signal?.addEventListener("abort", this.#stop);
  }

  /**
   * Starts a peer and waits until PyTorch is loaded.
   *
   * @throws {PeerError} When the program does not start, or the script ends: its last words are quoted.
   */
  static async start(options: PeerOptions): Promise<PeerProcess> {
    let peer: PeerProcess;
    try {
      peer = new PeerProcess(options);
    } catch (error) {
      throw new PeerError(`${options.python} does not start: ${(error as Error).message}`);
    }
    try {
      const reply = await peer.request<Omit<PeerDescription, "python">>("hello");
      peer.description = { ...reply, python: options.python };
      return peer;
    } catch (error) {
      await peer.close();
      throw error;
    }
  }

  /** Whether the process answers. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** @inheritdoc */
  async request<Reply>(
    name: string,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<Reply> {
    if (!this.#isAlive) throw new PeerError("PyTorch has ended");
    const line = JSON.stringify({ do: name, ...parameters }) + "\n";
    // a child that has ended breaks the pipe; that there is no reply says so, too
    await this.#writer.write(new TextEncoder().encode(line)).catch(() => {});
    const { value } = await this.#replies.next();
    if (value === undefined) throw await this.#lastWords();
    const reply = JSON.parse(value);
    if ("error" in reply) throw new PeerError(`PyTorch: ${reply.error}`);
    return reply;
  }

  /** Ends the process. */
  async close(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#stop);
    this.#kill();
    await this.#writer.abort().catch(() => {});
    await this.#replies.return(undefined);
    await Promise.all([this.#child.status, this.#stderr]);
  }

  /** The same at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #kill(): void {
    this.#isAlive = false;
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended by itself
    }
  }

  async #lastWords(): Promise<PeerError> {
    this.#isAlive = false;
    const [{ code, signal }, text] = await Promise.all([this.#child.status, this.#stderr]);
    const end = signal ? `by ${signal}` : `with code ${code}`;
    const words = text.trim().split("\n").slice(-quotedLines).map((line) => line.trim()).join("; ");
    return new PeerError(`PyTorch ended ${end}${words && `: ${words}`}`);
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + part).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

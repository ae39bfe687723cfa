/**
 * A page in a browser, spoken to in the browser's own protocol.
 *
 * @module
 */

/** What the browser answers to a command, or says by itself. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly error?: { readonly message: string };
  // deno-lint-ignore no-explicit-any -- as many shapes as there are commands
  readonly result?: any;
  // deno-lint-ignore no-explicit-any
  readonly params?: any;
}

/** How long anything may take that a test waits for, in ms: a software GPU is slow. */
const patience = 60_000;

/** A page in a browser. */
export class Page {
  /** What went wrong on the page: errors that nobody caught, and files that did not come. */
  readonly failures: string[] = [];
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (message: Message) => void>();
  #session: string | undefined;
  #commands = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
  }

  /** Opens a page in the browser that listens at an address. */
  static async open(address: string): Promise<Page> {
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    const page = new Page(socket);
    const { targetId } = await page.#send("Target.createTarget", { url: "about:blank" });
    const attached = await page.#send("Target.attachToTarget", { targetId, flatten: true });
    page.#session = attached.sessionId;
    for (const domain of ["Page", "Runtime", "Network", "DOM"]) {
      await page.#send(`${domain}.enable`);
    }
    return page;
  }

  /** Goes to an address; what of the page is there then is not said. */
  async goTo(url: string): Promise<void> {
    await this.#send("Page.navigate", { url });
  }

  /** Shows the page on a screen of another size, in CSS pixels. */
  async resize(width: number, height: number): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: true };
    await this.#send("Emulation.setDeviceMetricsOverride", metrics);
  }

  /**
   * Computes an expression on the page.
   *
   * @throws {Error} What it throws.
   */
  async evaluate<Value>(expression: string): Promise<Value> {
    const asked = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.#send("Runtime.evaluate", asked);
    if (exceptionDetails) throw new Error(describe(exceptionDetails));
    return result.value;
  }

  /** Waits until an expression is true. */
  async waitFor(expression: string): Promise<void> {
    const end = performance.now() + patience;
    while (!await this.evaluate(`Boolean(${expression})`).catch(() => false)) { // a page may be on its way
      if (performance.now() > end) throw new Error(`Nothing came of ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Chooses a file in a field, as a user does. */
  async chooseFile(selector: string, path: string): Promise<void> {
    const { root: { nodeId } } = await this.#send("DOM.getDocument");
    const field = await this.#send("DOM.querySelector", { nodeId, selector });
    await this.#send("DOM.setFileInputFiles", { nodeId: field.nodeId, files: [path] });
  }

  /** Lets go of the browser. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    this.#socket.close();
    await closed;
  }

  async #send(method: string, params: object = {}): Promise<Message["result"]> {
    const id = ++this.#commands;
    const answered = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, sessionId: this.#session }));
    const { result, error } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  #hear(message: Message): void {
    const { id, method, params } = message;
    if (method === "Runtime.exceptionThrown") this.failures.push(describe(params.exceptionDetails));
    if (method === "Network.loadingFailed") this.failures.push(params.errorText);
    if (id === undefined) return;
    this.#answers.get(id)?.(message);
    this.#answers.delete(id);
  }
}

function describe({ text, exception }: { text: string; exception?: { description?: string } }) {
  return exception?.description ?? text;
}

/**
 * The stack machine that a pickle is a program of.
 *
 * @module
 */
import type { ByteReader } from "./byte_reader.ts";

/** Something that a pickle names, such as a class, and what calling it gives; never Python's own. */
export interface PickleGlobal {
  /** As `module.name`. */
  readonly name: string;
  /** What a call of it gives; it cannot be called when not given. */
  readonly call?: (args: readonly unknown[]) => unknown;
}

/** What a pickle may ask for. */
export interface PickleWorld {
  /** What it may name, by `module.name`. */
  readonly globals: ReadonlyMap<string, PickleGlobal>;
  /** Gives what an identifier stands for that means something outside the pickle; none may be used without. */
  readonly persistent?: (id: unknown) => unknown;
}

/** What a mark on the stack is. */
export const MARK = Symbol("mark");

/** A stack, and a memory of values that come again. */
export class PickleMachine {
  /** The program, and where it is. */
  readonly input: ByteReader;
  readonly #world: PickleWorld;
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();

  /** Begins with an empty stack. */
  constructor(input: ByteReader, world: PickleWorld) {
    this.input = input;
    this.#world = world;
  }

  /** Puts a value on the stack. */
  push(value: unknown): void {
    this.#stack.push(value);
  }

  /** Takes the topmost value. */
  pop(): unknown {
    if (this.#stack.length === 0) throw new SyntaxError("its stack is empty");
    return this.#stack.pop();
  }

  /** Looks at the topmost value. */
  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  /** What lies above the last mark, which goes too. */
  popToMark(): unknown[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw new SyntaxError("a mark is missing");
    const values = this.#stack.splice(mark);
    return values.slice(1);
  }

  /** Keeps the topmost value. */
  memoise(place = this.#memo.size): void {
    this.#memo.set(place, this.top());
  }

  /** Puts a kept value on the stack. */
  recall(place: number): void {
    if (!this.#memo.has(place)) throw new SyntaxError(`nothing was kept at ${place}`);
    this.push(this.#memo.get(place));
  }

  /** Puts on the stack what a name stands for, if it is allowed. */
  find(module: unknown, name: unknown): void {
    const global = this.#world.globals.get(`${module}.${name}`);
    if (global) return this.push(global);
    throw new SyntaxError(
      `it asks for ${module}.${name}, expected nothing but tensors and plain values: it might run a program`,
    );
  }

  /** Puts on the stack what a call gives. */
  call(callee: unknown, args: unknown): void {
    const { name, call } = callee as PickleGlobal;
    if (!call || !Array.isArray(args)) throw new SyntaxError(`${name} cannot be called`);
    this.push(call(args));
  }

  /** Puts on the stack what the topmost value stands for outside the pickle. */
  persistent(): void {
    const { persistent } = this.#world;
    if (!persistent) throw new SyntaxError("it refers to something outside");
    this.push(persistent(this.pop()));
  }

  /** Adds values to the list on top. */
  append(values: readonly unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw new SyntaxError("something is appended to what is no list");
    for (const value of values) list.push(value);
  }

  /** Adds keys and values, in turn, to the dictionary on top. */
  setItems(pairs: readonly unknown[]): void {
    const dictionary = this.top();
    if (!(dictionary instanceof Map) || pairs.length % 2 > 0) {
      throw new SyntaxError("items are set of what is no dictionary");
    }
    for (let place = 0; place < pairs.length; place += 2) {
      dictionary.set(pairs[place], pairs[place + 1]);
    }
  }
}

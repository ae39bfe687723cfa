/**
 * Reads Python's pickles without running anything: a program of a few dozen instructions builds plain values,
 * and may call nothing but what the caller knows (https://docs.python.org/3/library/pickletools.html).
 *
 * @module
 */
import { ByteReader } from "./byte_reader.ts";
import { MARK, PickleMachine, type PickleWorld } from "./pickle_machine.ts";

export type { PickleGlobal, PickleWorld } from "./pickle_machine.ts";

/** A pickle's value, and the place behind it. */
export interface Unpickled {
  /** Dictionaries are maps; lists, tuples and sets are arrays. */
  readonly value: unknown;
  /** The offset of the first byte that is no longer the pickle's. */
  readonly end: number;
}

/**
 * Reads a pickle of protocol 0x80 2 to 5.
 *
 * @param bytes What holds it.
 * @param options `offset`: where it begins.
 * @throws {SyntaxError} When it is damaged, uses an instruction that is not known, or names a global that is not
 * among those allowed; the message is for the caller to put beside the file's name.
 */
export function readPickle(
  bytes: Uint8Array,
  { offset = 0, ...world }: PickleWorld & { offset?: number },
): Unpickled {
  const machine = new PickleMachine(new ByteReader(bytes, offset), world);
  const { input } = machine;
  for (let code = input.byte(); code !== STOP; code = input.byte()) {
    const instruction = instructions.get(code);
    if (!instruction) throw new SyntaxError(`instruction 0x${code.toString(16)} is not known`);
    instruction(machine);
  }
  return { value: machine.pop(), end: input.offset };
}

type Instruction = (machine: PickleMachine) => void;

const STOP = ".".charCodeAt(0);

/** Every instruction of the binary protocols that tensors, settings and plain values need. */
const table: readonly (readonly [code: string | number, Instruction])[] = [
  [0x80, ({ input }) => void input.byte()], // PROTO
  [0x95, ({ input }) => void input.unsigned(8)], // FRAME
  ["(", (m) => m.push(MARK)],
  ["0", (m) => void m.pop()],
  ["1", (m) => void m.popToMark()],
  ["2", (m) => m.push(m.top())],
  ["N", (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  ["J", (m) => m.push(m.input.signed())],
  ["K", (m) => m.push(m.input.byte())],
  ["M", (m) => m.push(m.input.unsigned(2))],
  [0x8a, (m) => m.push(m.input.long(m.input.byte()))],
  [0x8b, (m) => m.push(m.input.long(m.input.signed()))],
  ["G", (m) => m.push(m.input.float())],
  ["X", (m) => m.push(m.input.text(m.input.unsigned(4)))],
  [0x8c, (m) => m.push(m.input.text(m.input.byte()))],
  [0x8d, (m) => m.push(m.input.text(m.input.unsigned(8)))],
  ["T", (m) => m.push(m.input.latin(m.input.signed()))],
  ["U", (m) => m.push(m.input.latin(m.input.byte()))],
  ["B", (m) => m.push(m.input.bytes(m.input.unsigned(4)))],
  ["C", (m) => m.push(m.input.bytes(m.input.byte()))],
  [0x8e, (m) => m.push(m.input.bytes(m.input.unsigned(8)))],
  ["]", (m) => m.push([])],
  [")", (m) => m.push([])],
  [0x8f, (m) => m.push([])],
  ["}", (m) => m.push(new Map())],
  ["t", (m) => m.push(m.popToMark())],
  ["l", (m) => m.push(m.popToMark())],
  [0x91, (m) => m.push(m.popToMark())],
  [0x85, (m) => m.push([m.pop()])],
  [0x86, (m) => m.push([m.pop(), m.pop()].reverse())],
  [0x87, (m) => m.push([m.pop(), m.pop(), m.pop()].reverse())],
  ["a", (m) => m.append([m.pop()])],
  ["e", (m) => m.append(m.popToMark())],
  [0x90, (m) => m.append(m.popToMark())],
  ["s", (m) => m.setItems([m.pop(), m.pop()].reverse())],
  ["u", (m) => m.setItems(m.popToMark())],
  ["q", (m) => m.memoise(m.input.byte())],
  ["r", (m) => m.memoise(m.input.unsigned(4))],
  [0x94, (m) => m.memoise()],
  ["h", (m) => m.recall(m.input.byte())],
  ["j", (m) => m.recall(m.input.unsigned(4))],
  ["c", (m) => m.find(m.input.line(), m.input.line())],
  [0x93, (m) => {
    const name = m.pop();
    m.find(m.pop(), name);
  }],
  ["Q", (m) => m.persistent()],
  ["R", callTop], // REDUCE
  [0x81, callTop], // NEWOBJ
  ["b", (m) => void m.pop()], // BUILD: attributes of an object, none of which is asked for
];

const instructions: ReadonlyMap<number, Instruction> = new Map(
  table.map(([code, instruction]) => [
    typeof code === "string" ? code.charCodeAt(0) : code,
    instruction,
  ]),
);

function callTop(machine: PickleMachine): void {
  const args = machine.pop();
  machine.call(machine.pop(), args);
}

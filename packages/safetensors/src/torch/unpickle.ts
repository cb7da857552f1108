import { TorchCheckpointError } from '../errors.ts';
import { type Dict, dictKey, isDict, newDict } from './dict.ts';
import { type Caller, TorchGlobal } from './global.ts';
import { findGlobal } from './globals.ts';
import { NumpyDtype } from './numpy.ts';
import { TorchObject } from './object.ts';
import { op } from './opcodes.ts';
import { PickleReader } from './pickle-reader.ts';
import type { TorchStorage } from './tensor.ts';

/** In units of about 16 bytes of memory, so half a gigabyte; a tensor costs about 150, so 200,000 tensors. */
const budget = 32_000_000;
const cost = { opcode: 1, memo: 4, item: 4, text: 4, list: 8, dict: 16, bytes: 32 };
/** Python's own pickler gives up at about 500 levels. */
const maxDepth = 1000;

/** What a persistent id stands for: `('storage', type, key, location, elements)`. */
type LoadStorage = (type: TorchGlobal, key: string, elements: number) => TorchStorage;

/**
 * Reads a pickle of which nothing runs: it makes tensors and plain containers, and of all else an object that is only a name.
 *
 * @returns Dicts as objects without a prototype, lists and tuples as arrays, sets as Sets, bytes as Uint8Array.
 */
export function unpickle(file: string, bytes: Uint8Array, loadStorage: LoadStorage): unknown {
  return new Unpickler(file, bytes, loadStorage).run();
}

class Unpickler implements Caller {
  readonly #file: string;
  readonly #reader: PickleReader;
  readonly #loadStorage: LoadStorage;
  readonly #memo = new Map<number, unknown>();
  readonly #outer: unknown[][] = []; // the stacks below each mark
  #stack: unknown[] = [];
  #opcodeAt = 0;
  #spent = 0;

  constructor(file: string, bytes: Uint8Array, loadStorage: LoadStorage) {
    this.#file = file;
    this.#reader = new PickleReader(bytes, (text) => this.fail(text));
    this.#loadStorage = loadStorage;
  }

  fail(text: string): never {
    throw new TorchCheckpointError(`${this.#file}: data.pkl, byte ${this.#opcodeAt}: ${text.slice(0, 300)}`);
  }

  charge(units: number): void {
    this.#spent += units;
    if (this.#spent > budget) this.fail('holds more than a checkpoint of 200,000 tensors does');
  }

  setItem(dict: unknown, key: unknown, value: unknown): void {
    if (dict instanceof TorchObject) return;
    if (!isDict(dict)) this.fail('sets an item of what is not a dict');
    const name = dictKey(key);
    if (name === undefined) return; // under a class, say, as Lightning keeps the state of callbacks: it could not be named
    if (name in dict) this.fail(`has the dict key '${name}' twice`);
    this.charge(cost.item);
    dict[name] = value;
  }

  run(): unknown {
    for (;;) {
      this.#opcodeAt = this.#reader.position;
      const opcode = this.#reader.uint8();
      this.charge(cost.opcode);
      if (opcode === op.stop) return this.#pop();
      const value = this.#step(opcode);
      if (value !== undefined) this.#stack.push(value);
    }
  }

  /** What the opcode puts on the stack; undefined for nothing, as no value of a pickle is undefined. */
  #step(opcode: number): unknown {
    const reader = this.#reader;
    switch (opcode) {
      case op.proto:
        return reader.uint8() > 5 ? this.fail('has a pickle protocol above 5') : undefined;
      case op.frame:
        reader.uint64();
        return undefined;

      case op.none:
        return null;
      case op.newTrue:
        return true;
      case op.newFalse:
        return false;
      case op.binInt:
        return reader.int32();
      case op.binInt1:
        return reader.uint8();
      case op.binInt2:
        return reader.uint16();
      case op.long1:
        return this.#integer(reader.uint8());
      case op.long4:
        return this.#integer(reader.uint32());
      case op.binFloat:
        return reader.float64();
      case op.shortBinUnicode:
        return this.#text(reader.uint8());
      case op.binUnicode:
        return this.#text(reader.uint32());
      case op.binUnicode8:
        return this.#text(reader.uint64());
      case op.shortBinBytes:
        return this.#bytes(reader.uint8());
      case op.binBytes:
        return this.#bytes(reader.uint32());
      case op.binBytes8:
      case op.byteArray8:
        return this.#bytes(reader.uint64());

      case op.emptyTuple:
      case op.emptyList:
        return this.#list([]);
      case op.tuple:
      case op.list:
        return this.#list(this.#popMark());
      case op.tuple1:
        return this.#list([this.#pop()]);
      case op.tuple2:
        return this.#list([this.#pop(), this.#pop()].reverse());
      case op.tuple3:
        return this.#list([this.#pop(), this.#pop(), this.#pop()].reverse());
      case op.append:
        return this.#extend([this.#pop()]);
      case op.appends:
        return this.#extend(this.#popMark());
      case op.emptyDict:
        return this.#newDict();
      case op.dict: {
        const pairs = this.#popMark();
        this.#stack.push(this.#newDict());
        return this.#setItems(pairs);
      }
      case op.setItem:
        return this.#setItems([this.#pop(), this.#pop()].reverse());
      case op.setItems:
        return this.#setItems(this.#popMark());
      case op.emptySet:
        return this.#newSet([]);
      case op.frozenSet:
        return this.#newSet(this.#popMark());
      case op.addItems:
        return this.#addItems(this.#popMark());

      case op.mark:
        return this.#mark();
      case op.pop:
        this.#pop();
        return undefined;
      case op.popMark:
        this.#popMark();
        return undefined;
      case op.dup:
        return this.#top();
      case op.binPut:
        return this.#remember(reader.uint8());
      case op.longBinPut:
        return this.#remember(reader.uint32());
      case op.memoize:
        return this.#remember(this.#memo.size);
      case op.binGet:
        return this.#recall(reader.uint8());
      case op.longBinGet:
        return this.#recall(reader.uint32());

      case op.global:
      case op.inst:
        return this.#global(reader.line(), reader.line());
      case op.stackGlobal: {
        const name = this.#pop();
        const module = this.#pop();
        if (typeof module !== 'string' || typeof name !== 'string') this.fail('imports what is not a name');
        return this.#global(module, name);
      }
      case op.reduce:
      case op.newObj: {
        const args = this.#pop();
        return this.#call(this.#pop(), args);
      }
      case op.newObjEx: {
        this.#pop(); // keywords, which no name that is known here takes
        const args = this.#pop();
        return this.#call(this.#pop(), args);
      }
      case op.build:
        return this.#build(this.#pop());
      case op.binPersId:
        return this.#storage(this.#pop());
      default:
        this.fail(
          `refuses the pickle opcode 0x${opcode.toString(16)}: tensors and plain containers have no use for it`,
        );
    }
  }

  #text(length: number): string {
    this.charge(cost.text);
    return this.#reader.text(length);
  }

  #bytes(length: number): Uint8Array {
    this.charge(cost.bytes);
    return this.#reader.bytes(length);
  }

  #integer(length: number): number | bigint {
    this.charge(cost.text);
    return this.#reader.integer(length);
  }

  #pop(): unknown {
    if (this.#stack.length === 0) this.fail('takes a value from an empty stack');
    return this.#stack.pop();
  }

  #top(): unknown {
    if (this.#stack.length === 0) this.fail('looks at an empty stack');
    return this.#stack[this.#stack.length - 1];
  }

  #mark(): void {
    if (this.#outer.length === maxDepth) this.fail(`nests deeper than ${maxDepth}`);
    this.charge(cost.list);
    this.#outer.push(this.#stack);
    this.#stack = [];
  }

  /** The values above the last mark. */
  #popMark(): unknown[] {
    const values = this.#stack;
    this.#stack = this.#outer.pop() ?? this.fail('has no mark');
    return values;
  }

  #list(items: unknown[]): unknown[] {
    this.charge(cost.list);
    return items;
  }

  #extend(items: unknown[]): void {
    const list = this.#top();
    if (list instanceof TorchObject) return;
    if (!Array.isArray(list)) this.fail('appends to what is not a list');
    for (const item of items) list.push(item);
  }

  #newDict(): Dict {
    this.charge(cost.dict);
    return newDict();
  }

  #setItems(pairs: unknown[]): void {
    const dict = this.#top();
    if (pairs.length % 2) this.fail('has a dict key without a value');
    for (let i = 0; i < pairs.length; i += 2) this.setItem(dict, pairs[i], pairs[i + 1]);
  }

  #newSet(items: unknown[]): Set<unknown> {
    this.charge(cost.dict + cost.item * items.length);
    return new Set(items);
  }

  #addItems(items: unknown[]): void {
    const set = this.#top();
    if (set instanceof TorchObject) return;
    if (!(set instanceof Set)) this.fail('adds to what is not a set');
    this.charge(cost.item * items.length);
    for (const item of items) set.add(item);
  }

  #remember(index: number): void {
    this.charge(cost.memo);
    this.#memo.set(index, this.#top());
  }

  #recall(index: number): unknown {
    if (!this.#memo.has(index)) this.fail(`recalls ${index}, which it never stored`);
    return this.#memo.get(index);
  }

  #global(module: string, name: string): TorchObject | string {
    this.charge(cost.dict);
    return findGlobal(module, name, this);
  }

  /** Of a name that is not known here comes an object that is nothing but that name: its arguments are dropped, nothing is run. */
  #call(global: unknown, args: unknown): unknown {
    if (!(global instanceof TorchObject) || !Array.isArray(args)) this.fail('calls what is not a function');
    this.charge(cost.dict);
    return global instanceof TorchGlobal && global.call ? global.call(args, this) : new TorchObject(global.name);
  }

  /** Sets attributes, which are dropped: a state_dict's (`_metadata`, the version of each module) are not items of it. */
  #build(state: unknown): void {
    const target = this.#top();
    if (target instanceof NumpyDtype && Array.isArray(state)) target.order = state[1] === '>' ? '>' : '<';
    else if (!isDict(target) && !(target instanceof TorchObject)) this.fail('sets attributes of what has none');
  }

  /** A storage of values that can be read; one of others, of complex numbers say, as its type's name. */
  #storage(id: unknown): TorchObject {
    if (!Array.isArray(id) || id.length !== 5) this.fail('has a persistent id that is not a storage');
    const [kind, type, key, , elements]: unknown[] = id;
    const sane = typeof key === 'string' && typeof elements === 'number' && Number.isSafeInteger(elements);
    if (kind !== 'storage' || !(type instanceof TorchObject) || !sane || elements < 0) {
      this.fail('has a persistent id that is not a storage');
    }
    this.charge(cost.dict);
    return type instanceof TorchGlobal && type.storage
      ? this.#loadStorage(type, key, elements)
      : new TorchObject(type.name);
  }
}

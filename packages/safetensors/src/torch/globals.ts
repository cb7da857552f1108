import type { Dtype } from '../tensor.ts';
import { isDict, newDict } from './dict.ts';
import { NumpyDtype, numpyScalar } from './numpy.ts';
import { TorchStorage, TorchTensor } from './tensor.ts';

/** What the constructors below need of the unpickler that calls them. */
export interface Caller {
  /** Throws, with the file and the byte. */
  fail(text: string): never;
  /** Takes from the budget, before memory is. */
  charge(cost: number): void;
  setItem(dict: unknown, key: unknown, value: unknown): void;
}

type Call = (args: unknown[], caller: Caller) => unknown;

/** A name that a checkpoint may import: something that makes plain values, or the type of a storage. */
export class TorchGlobal {
  readonly name: string;
  readonly call: Call | undefined;
  readonly storage: { dtype: Dtype | undefined } | undefined;
  constructor(name: string, what: { call?: Call; storage?: { dtype: Dtype | undefined } }) {
    this.name = name;
    this.call = what.call;
    this.storage = what.storage;
  }
}

const torchDtypes: Record<string, Dtype> = {
  'torch.float64': 'F64',
  'torch.float32': 'F32',
  'torch.float16': 'F16',
  'torch.bfloat16': 'BF16',
  'torch.int64': 'I64',
  'torch.int32': 'I32',
  'torch.int16': 'I16',
  'torch.int8': 'I8',
  'torch.uint64': 'U64',
  'torch.uint32': 'U32',
  'torch.uint16': 'U16',
  'torch.uint8': 'U8',
  'torch.bool': 'BOOL',
};

const storages: Record<string, Dtype | undefined> = {
  'torch.DoubleStorage': 'F64',
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
  'torch.storage.UntypedStorage': undefined,
};

const calls: Record<string, Call> = {
  'collections.OrderedDict': ([pairs = []], caller) => {
    const dict = newDict();
    for (const pair of list(pairs, caller)) {
      const [key, value, ...more] = list(pair, caller);
      if (value === undefined || more.length) caller.fail('OrderedDict of what are not pairs');
      caller.setItem(dict, key, value);
    }
    return dict;
  },
  'collections.Counter': ([counts = newDict()], caller) => {
    const items = isDict(counts) ? Object.entries(counts) : caller.fail('Counter of what is not a dict');
    const dict = newDict();
    for (const [key, count] of items) caller.setItem(dict, key, count);
    return dict;
  },
  'builtins.set': ([items = []], caller) => new Set(list(items, caller)),
  'builtins.frozenset': ([items = []], caller) => new Set(list(items, caller)),
  'builtins.bytes': ([...args], caller) => (args.length ? caller.fail('bytes with arguments') : new Uint8Array(0)),
  '_codecs.encode': latin1, // how protocol 2 writes bytes
  'torch.Size': ([sizes], caller) => list(sizes, caller),
  'torch.device': ([kind, index], caller) => {
    const name = typeof kind === 'string' ? kind : caller.fail('torch.device without a name');
    return typeof index === 'number' ? `${name}:${index}` : name;
  },
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_tensor_v3': ([storage, offset, shape, strides, _grad, _hooks, dtype], caller) =>
    rebuildTensor([storage, offset, shape, strides], caller, dtypeNamed(dtype)),
  'torch._utils._rebuild_parameter': ([tensor], caller) =>
    tensor instanceof TorchTensor ? tensor : caller.fail('a parameter without a tensor'),
  'numpy.dtype': ([code], caller) => NumpyDtype.of(code) ?? caller.fail('a numpy dtype that is no number'),
  'numpy.core.multiarray.scalar': ([dtype, bytes], caller) =>
    numpyScalar(dtype, bytes) ?? caller.fail('a numpy scalar that is not a plain number'),
};

const otherNames: Record<string, string> = {
  '__builtin__.set': 'builtins.set',
  '__builtin__.frozenset': 'builtins.frozenset',
  '__builtin__.bytes': 'builtins.bytes',
  'numpy._core.multiarray.scalar': 'numpy.core.multiarray.scalar',
};

/** What a global stands for: a {@link TorchGlobal}, a torch dtype as its name; undefined for every name that is refused. */
export function findGlobal(module: string, name: string): TorchGlobal | string | undefined {
  const full = `${module}.${name}`;
  const known = Object.hasOwn(otherNames, full) ? otherNames[full] : full;
  if (Object.hasOwn(torchDtypes, known)) return known;
  if (Object.hasOwn(storages, known)) return new TorchGlobal(known, { storage: { dtype: storages[known] } });
  if (Object.hasOwn(calls, known)) return new TorchGlobal(known, { call: calls[known] });
  return undefined;
}

function list(value: unknown, caller: Caller): unknown[] {
  if (!Array.isArray(value)) caller.fail('expected a list or tuple');
  caller.charge(value.length);
  return [...value];
}

function dtypeNamed(name: unknown): Dtype | undefined {
  return typeof name === 'string' && Object.hasOwn(torchDtypes, name) ? torchDtypes[name] : undefined;
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** PyTorch has at most 64 dimensions. */
function sizesOf(value: unknown, caller: Caller): number[] {
  const sizes = list(value, caller);
  return sizes.length <= 64 && sizes.every(isSize)
    ? sizes
    : caller.fail('a tensor whose shape or strides are not sizes of 0 or more');
}

function latin1([text, encoding]: unknown[], caller: Caller): Uint8Array {
  if (typeof text !== 'string' || encoding !== 'latin1') caller.fail('refuses _codecs.encode but of latin1 bytes');
  caller.charge(text.length);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function rebuildTensor([storage, offset, shape, strides]: unknown[], caller: Caller, dtype?: Dtype): TorchTensor {
  if (!(storage instanceof TorchStorage)) caller.fail('a tensor without a storage');
  const stored = dtype ?? storage.dtype;
  if (!stored) caller.fail('a tensor of an untyped storage without a dtype that is known');
  if (!isSize(offset)) caller.fail('a tensor without an offset');
  const sizes = sizesOf(shape, caller);
  try {
    return new TorchTensor(stored, storage, offset, sizes, sizesOf(strides, caller));
  } catch (error) {
    if (error instanceof RangeError) caller.fail(error.message);
    throw error;
  }
}

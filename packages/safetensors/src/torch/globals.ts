import type { Dtype } from '../tensor.ts';
import { isDict, newDict } from './dict.ts';
import { type Call, type Caller, list, TorchGlobal, torchDtypes } from './global.ts';
import { NumpyDtype, numpyScalar } from './numpy.ts';
import { TorchObject } from './object.ts';
import { rebuilds } from './rebuild.ts';

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
  ...rebuilds,
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
  'collections.defaultdict': newDict, // its items follow
  'builtins.set': ([items = []], caller) => new Set(list(items, caller)),
  'builtins.frozenset': ([items = []], caller) => new Set(list(items, caller)),
  'builtins.bytes': ([...args], caller) => (args.length ? caller.fail('bytes with arguments') : new Uint8Array(0)),
  'builtins.bytearray': bytearray,
  '_codecs.encode': latin1, // how protocol 2 writes bytes
  'torch.Size': ([sizes], caller) => list(sizes, caller),
  'torch.device': ([kind, index], caller) => {
    const name = typeof kind === 'string' ? kind : caller.fail('torch.device without a name');
    return typeof index === 'number' ? `${name}:${index}` : name;
  },
  'numpy.dtype': ([code]) => NumpyDtype.of(code) ?? new TorchObject('numpy.dtype'),
  'numpy.core.multiarray._reconstruct': () => new TorchObject('numpy.ndarray'),
  'numpy.core.multiarray.scalar': ([dtype, bytes], caller) => {
    if (!(dtype instanceof NumpyDtype)) return new TorchObject('a NumPy scalar');
    return numpyScalar(dtype, bytes) ?? caller.fail('a numpy scalar that is not of its size');
  },
};

const otherNames: Record<string, string> = {
  '__builtin__.set': 'builtins.set',
  '__builtin__.frozenset': 'builtins.frozenset',
  '__builtin__.bytes': 'builtins.bytes',
  '__builtin__.bytearray': 'builtins.bytearray',
  'numpy._core.multiarray.scalar': 'numpy.core.multiarray.scalar',
  'numpy._core.multiarray._reconstruct': 'numpy.core.multiarray._reconstruct',
  'numpy.core.numeric._frombuffer': 'numpy.core.multiarray._reconstruct',
  'numpy._core.numeric._frombuffer': 'numpy.core.multiarray._reconstruct',
};

/**
 * What reaches the system or runs code. No name but those above does anything here; a file that asks for one of these is
 * no checkpoint but an attack, and whoever opens it should know.
 */
const harm =
  /^(?:(?:os|posix|nt|subprocess|sys|pty|shutil|socket|ctypes|importlib|runpy|code|marshal|pickle|webbrowser|pdb|timeit)(?:\.|$)|(?:builtins|__builtin__)\.(?:eval|exec|execfile|compile|open|file|input|breakpoint|__import__|apply)$)/;

/** Much longer than the names of Python's classes. */
const maxName = 200;

/**
 * What a name stands for: one that this reader knows, a torch dtype as its name, or for every other one an object that is
 * nothing but its name.
 */
export function findGlobal(module: string, name: string, caller: Caller): TorchObject | string {
  const full = `${module}.${name}`.slice(0, maxName);
  if (harm.test(full)) caller.fail(`refuses ${full}: only tensors and plain containers are loaded`);
  const known = Object.hasOwn(otherNames, full) ? otherNames[full] : full;
  if (Object.hasOwn(torchDtypes, known)) return known;
  if (Object.hasOwn(storages, known)) return new TorchGlobal(known, { storage: { dtype: storages[known] } });
  if (Object.hasOwn(calls, known)) return new TorchGlobal(known, { call: calls[known] });
  return new TorchObject(full);
}

/** Protocol 2 writes a bytearray as text, later ones as bytes. */
function bytearray([content, ...encoding]: unknown[], caller: Caller): Uint8Array {
  if (content === undefined) return new Uint8Array(0);
  return content instanceof Uint8Array ? content : latin1([content, encoding[0] ?? 'latin1'], caller);
}

function latin1([text, encoding]: unknown[], caller: Caller): Uint8Array {
  const known = encoding === 'latin1' || encoding === 'latin-1';
  if (typeof text !== 'string' || !known) caller.fail('refuses _codecs.encode but of latin1 bytes');
  caller.charge(text.length);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

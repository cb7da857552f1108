import type { Dtype } from '../tensor.ts';
import { TorchObject } from './object.ts';

/** What the constructors of a checkpoint need of the unpickler that calls them. */
export interface Caller {
  /** Throws, with the file and the byte. */
  fail(text: string): never;
  /** Takes from the budget, before memory is. */
  charge(cost: number): void;
  setItem(dict: unknown, key: unknown, value: unknown): void;
}

export type Call = (args: unknown[], caller: Caller) => unknown;

/** A name that this reader knows: something that makes tensors or plain values, or the type of a storage. */
export class TorchGlobal extends TorchObject {
  readonly call: Call | undefined;
  readonly storage: { dtype: Dtype | undefined } | undefined;
  constructor(name: string, what: { call?: Call; storage?: { dtype: Dtype | undefined } }) {
    super(name);
    this.call = what.call;
    this.storage = what.storage;
  }
}

/** PyTorch's dtypes that can be read. */
export const torchDtypes: Record<string, Dtype> = {
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

/** From what a dtype's name stands for in a pickle; undefined for one that cannot be read. */
export function dtypeNamed(name: unknown): Dtype | undefined {
  return typeof name === 'string' && Object.hasOwn(torchDtypes, name) ? torchDtypes[name] : undefined;
}

/** A copy of a list or tuple. */
export function list(value: unknown, caller: Caller): unknown[] {
  if (!Array.isArray(value)) caller.fail('expected a list or tuple');
  caller.charge(value.length);
  return [...value];
}

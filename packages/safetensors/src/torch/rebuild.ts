import type { Dtype } from '../tensor.ts';
import { isDict } from './dict.ts';
import { type Call, type Caller, dtypeNamed, list, TorchGlobal } from './global.ts';
import { TorchObject } from './object.ts';
import { TorchStorage, TorchTensor } from './tensor.ts';

/** Tensors that are stored in other ways than as strided values: what is said of them instead of reading them. */
const otherwise: Record<string, string> = {
  _rebuild_sparse_tensor: 'a sparse tensor',
  _rebuild_qtensor: 'a quantized tensor',
  _rebuild_nested_tensor: 'a nested tensor',
  _rebuild_meta_tensor_no_storage: 'a meta tensor, which has no values',
  _rebuild_wrapper_subclass: 'a wrapped tensor, which has no values',
  _rebuild_device_tensor_from_numpy: 'a tensor stored by NumPy',
  _rebuild_xla_tensor: 'a tensor stored by NumPy',
};

/** What `torch._utils` and `torch._tensor` make tensors with; every argument is honoured or refused (torch/_utils.py). */
export const rebuilds: Record<string, Call> = {
  'torch._utils._rebuild_tensor': (args, caller) => {
    const [storage, offset, size, stride] = some(args, 4, 4, caller);
    return tensor({ storage, offset, size, stride }, caller);
  },
  'torch._utils._rebuild_tensor_v2': (args, caller) => {
    const [storage, offset, size, stride, grad, hooks, metadata] = some(args, 6, 7, caller);
    return tensor({ storage, offset, size, stride, grad, hooks, metadata }, caller);
  },
  'torch._utils._rebuild_tensor_v3': (args, caller) => {
    const [storage, offset, size, stride, grad, hooks, dtype, metadata] = some(args, 7, 8, caller);
    return tensor({ storage, offset, size, stride, grad, hooks, dtype, metadata }, caller);
  },
  'torch._utils._rebuild_parameter': (args, caller) => {
    const [data, grad, hooks] = some(args, 3, 3, caller);
    return parameter(data, grad, hooks, caller);
  },
  // the state is Python attributes of the parameter: they are no part of its values
  'torch._utils._rebuild_parameter_with_state': (args, caller) => {
    const [data, grad, hooks] = some(args, 4, 4, caller);
    return parameter(data, grad, hooks, caller);
  },
  'torch._utils._rebuild_device_tensor_from_cpu_tensor': (args, caller) => {
    const [data, dtype] = some(args, 4, 4, caller);
    if (!(data instanceof TorchTensor)) return unread(data, caller);
    return dtypeNamed(dtype) === data.dtype ? data : new TorchObject(`a tensor converted to ${said(dtype)}`);
  },
  'torch._tensor._rebuild_from_type': ofType,
  'torch._tensor._rebuild_from_type_v2': ofType,
  'torch.serialization._get_layout': ([name], caller) => (typeof name === 'string' ? name : caller.fail('a layout')),
};
for (const [name, what] of Object.entries(otherwise)) {
  rebuilds[`torch._utils.${name}`] = () => new TorchObject(what);
}

/** The arguments of `_rebuild_tensor` and its successors, as the file has them. */
interface Stored {
  storage: unknown;
  offset: unknown;
  size: unknown;
  stride: unknown;
  grad?: unknown;
  hooks?: unknown;
  dtype?: unknown;
  metadata?: unknown;
}

function tensor(stored: Stored, caller: Caller): TorchTensor | TorchObject {
  const { storage, offset, grad = false, hooks = null, metadata = null } = stored;
  if (!(storage instanceof TorchStorage)) {
    return storage instanceof TorchObject
      ? new TorchObject(`a tensor in a ${storage.name}`)
      : caller.fail('a tensor without a storage');
  }
  const dtype = stored.dtype === undefined ? storage.dtype : dtypeNamed(stored.dtype);
  if (!dtype) {
    if (stored.dtype === undefined) caller.fail('a tensor of an untyped storage without a dtype');
    return new TorchObject(`a tensor of ${said(stored.dtype)}`);
  }
  checkTraining(dtype, grad, hooks, caller);
  if (metadata !== null && !isDict(metadata)) caller.fail('a tensor whose metadata are no dict');
  const bits = Object.keys(metadata ?? {}); // as in PyTorch a bit is set by being there, whatever its value
  const other = bits.find((bit) => bit !== 'neg');
  const negated = bits.length > 0;
  if (other !== undefined || (negated && dtype === 'BOOL')) {
    return new TorchObject(`a tensor with the bit '${other ?? 'neg'}'`);
  }
  if (!isSize(offset)) caller.fail('a tensor without an offset');
  const shape = sizesOf(stored.size, caller);
  const strides = stridesOf(stored.stride, caller);
  try {
    return new TorchTensor(dtype, storage, { offset, shape, strides, negated });
  } catch (error) {
    if (error instanceof RangeError) caller.fail(error.message);
    throw error;
  }
}

function parameter(data: unknown, grad: unknown, hooks: unknown, caller: Caller): TorchTensor | TorchObject {
  if (!(data instanceof TorchTensor)) return unread(data, caller);
  checkTraining(data.dtype, grad, hooks, caller);
  return data;
}

const floats = new Set<Dtype>(['F64', 'F32', 'F16', 'BF16']);

/** `requires_grad` and `backward_hooks` change nothing of a tensor's values; what PyTorch would not take is a damaged file. */
function checkTraining(dtype: Dtype, grad: unknown, hooks: unknown, caller: Caller): void {
  if (typeof grad !== 'boolean') caller.fail('a tensor whose requires_grad is neither true nor false');
  if (grad && !floats.has(dtype)) caller.fail(`a tensor of ${dtype} that requires a gradient`);
  if (hooks !== null && !(isDict(hooks) && Object.keys(hooks).length === 0)) {
    caller.fail('a tensor with backward hooks, which are never stored');
  }
}

/** `(func, type, args, state)`: func(*args) as a subclass, whose values may mean something else, with attributes. */
function ofType(args: unknown[], caller: Caller): unknown {
  const [func, type, inner] = some(args, 4, 4, caller);
  if (!(type instanceof TorchObject) || !(func instanceof TorchObject)) caller.fail('a tensor of what is not a class');
  const plain = ['torch.Tensor', 'torch.nn.parameter.Parameter', 'torch.nn.parameter.Buffer'].includes(type.name);
  if (!plain) return new TorchObject(type.name);
  // none inside another: PyTorch writes none, and arguments may lead back to themselves
  if (!(func instanceof TorchGlobal) || !func.call || !func.name.startsWith('torch._utils.')) {
    return new TorchObject(func.name);
  }
  return func.call(list(inner, caller), caller);
}

/** What is no tensor here stays what it is; what cannot be one at all is a damaged file. */
function unread(data: unknown, caller: Caller): TorchObject {
  return data instanceof TorchObject ? data : caller.fail('a parameter without a tensor');
}

function some(args: unknown[], least: number, most: number, caller: Caller): unknown[] {
  return args.length >= least && args.length <= most
    ? args
    : caller.fail(`a tensor of ${args.length} arguments, expected ${least} to ${most}`);
}

/** 'torch.float32' or the name of a dtype that is not known here. */
function said(dtype: unknown): string {
  return typeof dtype === 'string' ? dtype : dtype instanceof TorchObject ? dtype.name : 'no dtype';
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** PyTorch has at most 64 dimensions. */
const maxDimensions = 64;

function sizesOf(value: unknown, caller: Caller): number[] {
  const sizes = list(value, caller);
  return sizes.length <= maxDimensions && sizes.every(isSize)
    ? sizes
    : caller.fail('a tensor whose shape is not of sizes of 0 or more');
}

/** Any integers: what an axis of one element has for a stride plays no part, and may be 2^62. */
function stridesOf(value: unknown, caller: Caller): number[] {
  const strides = list(value, caller);
  const isInteger = (stride: unknown): stride is number | bigint =>
    typeof stride === 'bigint' || Number.isInteger(stride);
  return strides.length <= maxDimensions && strides.every(isInteger)
    ? strides.map(Number)
    : caller.fail('a tensor whose strides are not integers');
}

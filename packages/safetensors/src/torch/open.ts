import { assertSource, type Bytes, FileError, openZip, type Source, type Zip } from '@heartllm/source';
import { TorchCheckpointError } from '../errors.ts';
import { dtypeBytes, type Tensor, type TensorInfo } from '../tensor.ts';
import { TorchGlobal } from './global.ts';
import { leavesOf, type TorchValue } from './names.ts';
import { TorchObject } from './object.ts';
import { TorchStorage } from './tensor.ts';
import { unpickle } from './unpickle.ts';

/** An open checkpoint. Values of tensors are read when asked for. */
export interface TorchCheckpoint {
  /** All tensors at any depth, their keys joined by '.': 'model.enc.weight', 'optimizer.state.0.exp_avg'. */
  names: string[];
  /** Stored type and shape. @throws TorchCheckpointError for a name that is not there. */
  info(name: string): TensorInfo;
  /** Reads one tensor, row-major whatever its strides. @throws TorchCheckpointError for a name that is not there. */
  read(name: string): Promise<Tensor>;
  /**
   * What was saved and is neither a plain value nor a tensor that can be read, by the same names: what it is in Python,
   * 'argparse.Namespace', or 'a sparse tensor'.
   */
  others: Map<string, string>;
  /** What was saved: `value.step`, `value.model`; tensors in it are lazy, with `dtype`, `shape` and `read()`. */
  value: TorchValue;
}

/** Ten times what an optimizer's state of 20,000 tensors takes. */
const maxPickleBytes = 64_000_000;

/**
 * Opens a checkpoint that `torch.save` wrote (the zip format, PyTorch 1.6 or later). No code of the file runs: of
 * tensors and plain containers the values come out, of anything else that training leaves beside them only its name.
 *
 * @param source A folder, Blobs or a URL from @heartllm/ecg-io, or any object with `read` and `size`.
 * @param path Inside the source, with `/` between its parts.
 * @throws TorchCheckpointError when the file is damaged, of another kind, or would reach the system; whatever the source
 *   throws when there is no file.
 */
export async function openTorchCheckpoint(source: Source, path: string): Promise<TorchCheckpoint> {
  assertSource(source, 'openTorchCheckpoint');
  const fail = (text: string): never => {
    throw new TorchCheckpointError(`${path}: ${text}`);
  };
  const archive = await openArchive(source, path);
  const folder = archiveFolder(archive.names) ?? fail('is a zip archive without a data.pkl: not a PyTorch checkpoint');
  const entry = (name: string): Promise<Bytes> => asTorchError(archive.open(folder + name));
  if (archive.names.includes(`${folder}byteorder`)) {
    const bytes = await entry('byteorder');
    const order = new TextDecoder().decode(await asTorchError(bytes.read(0, Math.min(16, bytes.size))));
    if (order !== 'little') fail(`has byteorder '${order}', expected 'little'`);
  }
  const pickle = await entry('data.pkl');
  if (pickle.size > maxPickleBytes) fail(`data.pkl has ${pickle.size} bytes, at most ${maxPickleBytes} are read`);
  const loadStorage = (type: TorchGlobal, key: string, elements: number): TorchStorage => {
    const dtype = type.storage?.dtype;
    const name = `data/${key}`;
    const size = archive.size(folder + name) ?? fail(`has no zip entry '${folder}${name}'`);
    const bytes = elements * (dtype ? dtypeBytes(dtype) : 1);
    if (bytes > size) fail(`storage '${folder}${name}' has ${size} bytes, expected ${bytes}`);
    return new TorchStorage(dtype, bytes, async (start, end) => asTorchError((await entry(name)).read(start, end)));
  };
  const value = unpickle(path, await asTorchError(pickle.read(0, pickle.size)), loadStorage);
  const { tensors, others } = leavesOf(value, fail);
  if (value instanceof TorchGlobal) fail(`is ${value.name}, not a tensor or a plain value`);
  if (value instanceof TorchObject) {
    fail(
      `refuses ${value.name}, only tensors and plain containers are loaded: torch.save(model.state_dict()) makes those`,
    );
  }
  const tensor = (name: string) => {
    const other = others.get(name);
    if (other !== undefined) fail(`'${name}' is ${other}, which is not read`);
    return tensors.get(name) ?? fail(`has no tensor '${name}' among its ${tensors.size}`);
  };
  return {
    names: [...tensors.keys()],
    info(name) {
      const { dtype, shape } = tensor(name);
      return { dtype, shape: [...shape] };
    },
    read: async (name) => tensor(name).read(),
    others,
    value: value as TorchValue, // leavesOf saw every node
  };
}

/** 'best/' for best.pt; '' where the archive has no folder. */
function archiveFolder(names: string[]): string | undefined {
  for (const name of names) {
    const match = /^([^/]*\/)?data\.pkl$/.exec(name);
    if (match) return match[1] ?? '';
  }
  return undefined;
}

async function openArchive(source: Source, path: string): Promise<Zip> {
  const why = await whyNoZip(source, path);
  if (why !== undefined) throw new TorchCheckpointError(`${path}: ${why}`);
  return asTorchError(openZip(source, path));
}

/** How a file of torch.save before 1.6 begins: the pickled number 0x1950a86a20f9469cfc6c. */
const LEGACY_MAGIC = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/** What a file is that does not begin as a zip archive does. */
async function whyNoZip(source: Source, path: string): Promise<string | undefined> {
  const head = await source.read(path, 0, LEGACY_MAGIC.length);
  if (head[0] === 0x50) return undefined;
  if (LEGACY_MAGIC.every((byte, i) => head[i] === byte)) {
    return 'is a legacy PyTorch file (before 1.6): load it in PyTorch and torch.save it again';
  }
  if (head[0] === 0x80) {
    return 'is a bare pickle, none of which is loaded because it could run code: expected what torch.save makes';
  }
  return 'is not a PyTorch checkpoint: no zip archive (torch.save since PyTorch 1.6 makes one)';
}

async function asTorchError<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    throw cause instanceof FileError ? new TorchCheckpointError(cause.message, { cause }) : cause;
  }
}

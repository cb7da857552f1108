import { TorchCheckpointError } from '../errors.ts';
import type { Source } from '../source.ts';
import { dtypeBytes, type Tensor, type TensorInfo } from '../tensor.ts';
import type { TorchGlobal } from './globals.ts';
import { type TorchValue, tensorsOf } from './names.ts';
import { TorchStorage } from './tensor.ts';
import { unpickle } from './unpickle.ts';
import { openZip, readZipEntry, type ZipEntry } from './zip.ts';

/** An open checkpoint. Values of tensors are read when asked for. */
export interface TorchCheckpoint {
  /** All tensors at any depth, their keys joined by '.': 'model.enc.weight', 'optimizer.state.0.exp_avg'. */
  names: string[];
  /** Stored type and shape. @throws TorchCheckpointError for a name that is not there. */
  info(name: string): TensorInfo;
  /** Reads one tensor, row-major whatever its strides. @throws TorchCheckpointError for a name that is not there. */
  read(name: string): Promise<Tensor>;
  /** What was saved: `value.step`, `value.model`; tensors in it are lazy, with `dtype`, `shape` and `read()`. */
  value: TorchValue;
}

/** Ten times what an optimizer's state of 20,000 tensors takes. */
const maxPickleBytes = 64_000_000;

/**
 * Opens a checkpoint that `torch.save` wrote (the zip format, PyTorch 1.6 or later). No code of the file runs: a
 * restricted unpickler builds tensors and plain containers and refuses every other name.
 *
 * @param source A folder, Blobs or a URL from @heartllm/ecg-io, or any object with `read` and `size`.
 * @param path Inside the source, with `/` between its parts.
 * @throws TorchCheckpointError when the file is damaged, of another kind, or wants anything else; whatever the source
 *   throws when there is no file.
 */
export async function openTorchCheckpoint(source: Source, path: string): Promise<TorchCheckpoint> {
  const fail = (text: string): never => {
    throw new TorchCheckpointError(`${path}: ${text}`);
  };
  const archive = await openZip(source, path);
  const { entries } = archive;
  const folder = archiveFolder(entries) ?? fail('is a zip archive without a data.pkl: not a PyTorch checkpoint');
  const stored = (name: string): ZipEntry => {
    const entry = entries.get(folder + name) ?? fail(`has no zip entry '${folder}${name}'`);
    if (entry.encrypted) fail(`zip entry '${entry.name}' is encrypted`);
    if (entry.method !== 0) fail(`zip entry '${entry.name}' is compressed (method ${entry.method}), torch stores it`);
    return entry;
  };
  if (entries.has(`${folder}byteorder`)) {
    const entry = stored('byteorder');
    const order = new TextDecoder().decode(await readZipEntry(archive, entry, 0, Math.min(16, entry.storedBytes)));
    if (order !== 'little') fail(`has byteorder '${order}', expected 'little'`);
  }
  const loadStorage = (type: TorchGlobal, key: string, elements: number): TorchStorage => {
    const dtype = type.storage?.dtype;
    const entry = stored(`data/${key}`);
    const bytes = elements * (dtype ? dtypeBytes(dtype) : 1);
    if (bytes > entry.storedBytes) fail(`storage '${entry.name}' has ${entry.storedBytes} bytes, expected ${bytes}`);
    return new TorchStorage(dtype, bytes, (start, end) => readZipEntry(archive, entry, start, end));
  };
  const pickle = stored('data.pkl');
  if (pickle.storedBytes > maxPickleBytes) {
    fail(`data.pkl has ${pickle.storedBytes} bytes, at most ${maxPickleBytes} are read`);
  }
  const value = unpickle(path, await readZipEntry(archive, pickle, 0, pickle.storedBytes), loadStorage);
  const tensors = tensorsOf(value, fail);
  const tensor = (name: string) => tensors.get(name) ?? fail(`has no tensor '${name}' among its ${tensors.size}`);
  return {
    names: [...tensors.keys()],
    info(name) {
      const { dtype, shape } = tensor(name);
      return { dtype, shape: [...shape] };
    },
    read: async (name) => tensor(name).read(),
    value: value as TorchValue, // tensorsOf saw every node
  };
}

/** 'best/' for best.pt; '' where the archive has no folder. */
function archiveFolder(entries: Map<string, ZipEntry>): string | undefined {
  for (const name of entries.keys()) {
    const match = /^([^/]*\/)?data\.pkl$/.exec(name);
    if (match) return match[1] ?? '';
  }
  return undefined;
}

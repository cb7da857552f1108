import { openZip, type Source } from '@heartllm/source';
import { EcgFileError } from '../file-error.ts';
import { recordName } from '../plain-record.ts';
import type { EcgRecord } from '../record.ts';
import { quote } from '../wfdb/error.ts';
import { type NumpyOptions, readArray } from './read-npy.ts';

/**
 * Reads an ECG from an array of an .npz file, as numpy.savez and savez_compressed write it.
 *
 * ```ts
 * const record = await readNpz(source, 'ecgs.npz', { array: 'x_test', index: 7, fs: 500 });
 * ```
 *
 * @param path inside the source, with its suffix
 * @param options as for readNpy, and `array`, its name in the file; the only one by default
 * @throws EcgFileError if the archive is damaged, has no such array (the message names those it has), or what readNpy throws
 */
export async function readNpz(
  source: Source,
  path: string,
  options: NumpyOptions & { array?: string },
): Promise<EcgRecord> {
  const zip = await openZip(source, path);
  const names = zip.names.filter((name) => name.endsWith('.npy')).map((name) => name.slice(0, -'.npy'.length));
  const { array = names.length === 1 ? names[0] : undefined } = options;
  if (array === undefined || !names.includes(array)) {
    const listed = names.slice(0, 20).map(quote).join(', ');
    const found = `it has ${listed || 'none'}${names.length > 20 ? ` and ${names.length - 20} more` : ''}`;
    const message = array === undefined ? `say which array to read; ${found}` : `no array ${quote(array)}; ${found}`;
    throw new EcgFileError({ file: path, field: 'array' }, message);
  }
  const entry = await zip.open(`${array}.npy`);
  await entry.check();
  return readArray(entry, { file: path, field: `${array}.npy` }, recordName(path), options);
}

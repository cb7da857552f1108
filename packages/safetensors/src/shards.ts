import type { Source } from '@heartllm/source';
import { SafetensorsError } from './errors.ts';
import { openFile, type Safetensors } from './file.ts';
import { isObject, maxHeaderBytes, parseObject } from './header.ts';

/** Opens a `*.safetensors.index.json`: `weight_map` names the file of every tensor, relative to the index. */
export async function openShards(source: Source, path: string): Promise<Safetensors> {
  const indexBytes = await source.size(path);
  if (indexBytes > maxHeaderBytes) {
    throw new SafetensorsError(`${path}: has ${indexBytes} bytes, an index has at most ${maxHeaderBytes}`);
  }
  const files = parseWeightMap(path, await source.read(path, 0, indexBytes));
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const shards = new Map(
    await Promise.all(
      [...new Set(files.values())].map(async (file) => {
        const shardPath = folder + file;
        return [file, await openFile(source, shardPath, await source.size(shardPath))] as const;
      }),
    ),
  );
  const held = new Map([...shards].map(([file, { names }]) => [file, new Set(names)]));
  for (const [name, file] of files) {
    if (!held.get(file)?.has(name)) {
      throw new SafetensorsError(`${path}: weight_map puts tensor '${name}' into ${file}, which has no such tensor`);
    }
  }
  const shardOf = (name: string) => {
    const shard = shards.get(files.get(name) ?? '');
    if (!shard) throw new SafetensorsError(`${path}: has no tensor '${name}' among its ${files.size}`);
    return shard;
  };
  return {
    names: [...files.keys()],
    metadata: Object.assign({}, ...[...shards.values()].map((shard) => shard.metadata)),
    info: (name) => shardOf(name).info(name),
    read: async (name) => shardOf(name).read(name),
  };
}

/** The file of every tensor, checked to stay inside the folder. */
export function parseWeightMap(path: string, bytes: Uint8Array): Map<string, string> {
  const { weight_map: weightMap } = parseObject(path, bytes, 'the index');
  if (!isObject(weightMap)) throw new SafetensorsError(`${path}: has no weight_map`);
  const files = new Map<string, string>();
  for (const [name, file] of Object.entries(weightMap)) {
    if (typeof file !== 'string' || !staysInside(file)) {
      throw new SafetensorsError(
        `${path}: weight_map of '${name}' is ${JSON.stringify(file)}, expected a file inside the folder`,
      );
    }
    files.set(name, file);
  }
  return files;
}

function staysInside(file: string): boolean {
  const unsafe = /^$|^\/|[\\:\0?#%]/; // absolute, Windows, or what a URL reads as something else
  return !unsafe.test(file) && file.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

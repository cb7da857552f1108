import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heartllm } from './helpers/process.ts';
import { writeWfdb } from './helpers/wfdb.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('as a process', () => {
  test('exit codes are 0, 1 and 2, and a failure is one line without a stack', async () => {
    const path = await writeWfdb(folder, 'good');
    const [good, missing, usage] = await Promise.all([
      heartllm('info', path),
      heartllm('info', 'none'),
      heartllm('oops'),
    ]);
    expect([good.code, good.err]).toEqual([0, '']);
    expect(missing).toEqual({ code: 1, out: '', err: 'heartllm: none.hea: no such file in .\n' });
    expect(usage).toMatchObject({ code: 2, out: '' });
  });

  test('a long result arrives whole through a pipe', async () => {
    const comments = Array.from({ length: 20_000 }, (_, i) => `comment ${i}`);
    const path = await writeWfdb(folder, 'long', { comments });
    const { out, code } = await heartllm('info', path, '--json');
    expect([code, JSON.parse(out).comments]).toEqual([0, comments]);
  });

  test('a pickle that would run a command is refused, and runs nothing', async () => {
    // cos\nsystem\n(S'touch ...'\ntR. in a zip archive without compression, as torch.save makes one
    const proof = join(folder, 'proof');
    const file = join(folder, 'evil.pt');
    await writeFile(file, storedZip('evil/data.pkl', `cposix\nsystem\n(S'touch ${proof}'\ntR.`));
    const { code, err } = await heartllm('import', 'tokenizer', file, '--out', join(folder, 'out'));
    expect([code, err]).toEqual([1, expect.stringMatching(/^heartllm: evil\.pt: .*posix.*system.*\n$/)]);
    await expect(readFile(proof)).rejects.toThrow('ENOENT');
  });

  test('backends lists each one, available or why not', async () => {
    const { backends } = JSON.parse((await heartllm('backends', '--json')).out);
    expect(backends.map(({ name }: { name: string }) => name)).toEqual(['node-gpu', 'node', 'webgpu', 'wasm', 'cpu']);
    expect(backends.at(-1)).toEqual({ name: 'cpu', available: true, device: 'JavaScript' });
    for (const { available, device, reason } of backends) expect(available ? device : reason).toMatch(/\w/);
  });
});

/** A zip archive of one file, stored. */
function storedZip(name: string, content: string): Uint8Array {
  const data = Buffer.from(content, 'latin1');
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt32LE(crc32(data), 10);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(data.length, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), data]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

function crc32(data: Uint8Array): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

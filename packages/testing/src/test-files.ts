/** The part of a Source that tests need; the same contract as in every package. */
interface Source {
  read(path: string, start?: number, end?: number): Promise<Uint8Array>;
  size(path: string): Promise<number>;
}

/** Files beside a test as a Source: from disk in Node, from the test server in a browser. */
export function testFiles(moduleUrl: string, folder: string): Source {
  const base = new URL(folder, moduleUrl);
  const inNode = typeof process !== 'undefined' && Boolean(process.versions?.node);
  const whole = inNode ? readFromDisk : readFromServer;
  return {
    async read(path, start, end) {
      return (await whole(new URL(path, base))).slice(start, end);
    },
    async size(path) {
      return (await whole(new URL(path, base))).byteLength;
    },
  };
}

async function readFromDisk(url: URL): Promise<Uint8Array> {
  const { readFile } = await import(/* @vite-ignore */ 'node:fs/promises');
  return new Uint8Array(await readFile(url));
}

/** Test files have their path on disk in import.meta.url, which the server answers under /@fs; what they import has not. */
async function readFromServer(url: URL): Promise<Uint8Array> {
  let answer = await fetch(url);
  if (answer.status === 404) answer = await fetch(new URL(`/@fs${url.pathname}`, url));
  if (answer.status === 404) throw Object.assign(new Error(`${url.pathname}: no such file`), { code: 'ENOENT' });
  if (!answer.ok) throw new Error(`${url.pathname}: the test server answered ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

// What a Node program does with the package; copied into the project beside use.mjs.
import { open as openFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { use } from './use.mjs';

const open = (folder) => ({
  size: async (path) => (await stat(`${folder}/${path}`)).size,
  async read(path, start = 0, end) {
    const file = await openFile(`${folder}/${path}`);
    try {
      const bytes = new Uint8Array((end ?? (await file.stat()).size) - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  },
});
const result = await use({ open });
const require = createRequire(import.meta.url);
for (const entry of process.argv.slice(2)) {
  const [required, imported] = [require(entry), await import(entry)].map((names) => Object.keys(names).join());
  if (required !== imported) throw new Error(`require('${entry}') gives ${required}, import gives ${imported}`);
}
console.log(result);
process.exit(0);

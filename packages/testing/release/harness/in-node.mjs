// What a Node program does with the package; copied into the project beside use.mjs.
import { open as openFile, stat } from 'node:fs/promises';
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
console.log(await use({ open }));
process.exit(0);

import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** Not for the page: what tells a server its headers, and the service worker itself. */
const LEFT_OUT = new Set(['_headers', 'service-worker.js']);

/** Tells the service worker which files were built and, by their hash, whether they are new. */
export function precache(): Plugin {
  return {
    name: 'precache',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const names = Object.keys(bundle).filter((name) => !LEFT_OUT.has(name) && !name.endsWith('.map'));
        const hash = createHash('sha256');
        for (const name of names.sort()) {
          const file = bundle[name];
          hash.update(name).update(file.type === 'chunk' ? file.code : file.source);
        }
        const worker = bundle['service-worker.js'];
        if (worker?.type !== 'chunk') throw new Error('the build has no service-worker.js');
        worker.code = worker.code
          .replace('__FILES__', JSON.stringify(names))
          .replace('__VERSION__', JSON.stringify(hash.digest('hex').slice(0, 16)));
      },
    },
  };
}

// tfjs-core resolves in Node to a build without gradients, and its gradient module uses extensionless imports that
// Node refuses. Bundled once here, it registers them from Node and from any bundler: tfjs keeps its registries on
// globalThis, so the bundle serves whichever copy of tfjs-core the program uses.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const out = join(dirname(fileURLToPath(import.meta.url)), '..', 'generated');
const core = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json'));
mkdirSync(out, { recursive: true });
await build({
  entryPoints: [join(core, 'dist', 'register_all_gradients.js')],
  outfile: join(out, 'gradients.js'),
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  external: ['node-fetch', 'util', 'string_decoder', 'crypto'],
  legalComments: 'eof',
  logLevel: 'error',
});
writeFileSync(join(out, 'gradients.d.ts'), 'export {};\n');

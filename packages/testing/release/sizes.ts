import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { type Package, packages, ROOT } from './packages.ts';

/** What an entry point adds to a page: everything it imports, minified, the peer dependencies left out. */
export interface EntrySize {
  entry: string; // as it is imported, such as @heartllm/ecg-io/node
  minified: number; // bytes
  gzip: number; // bytes
}

/** Sizes of all entry points of the published packages, bundled from their sources by esbuild. */
export async function entrySizes(): Promise<EntrySize[]> {
  const entries = packages().flatMap((one) =>
    Object.entries(one.manifest.exports ?? {}).flatMap(([path, target]) =>
      typeof target === 'string' ? [] : [{ one, path, file: target['heartllm-src']! }],
    ),
  );
  return Promise.all(entries.map(({ one, path, file }) => entrySize(one, path, file)));
}

async function entrySize({ name, folder, manifest }: Package, path: string, file: string): Promise<EntrySize> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, folder, file)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['heartllm-src'],
    external: ['@tensorflow/*', 'h5wasm', 'webgpu', ...Object.keys(manifest.peerDependencies ?? {}), 'node:*'],
    logLevel: 'error',
  });
  const code = outputFiles[0]!.contents;
  return { entry: name + path.slice(1), minified: code.length, gzip: gzipSync(code, { level: 9 }).length };
}

/** Files of the packages that are fetched at run time, not bundled: WebAssembly and weights. */
export function fetchedFiles(): { file: string; bytes: number }[] {
  return packages().flatMap(({ name, folder }) =>
    ['generated', 'weights', 'model'].flatMap((part) => {
      const at = join(ROOT, folder, part);
      return readFolder(at)
        .filter((file) => /\.(wasm|safetensors)$/.test(file))
        .sort()
        .map((file) => ({ file: `${name}/${part}/${file}`, bytes: statSync(join(at, file)).size }));
    }),
  );
}

function readFolder(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}

const kB = (bytes: number) => (bytes / 1000).toFixed(1);

/** docs/sizes.md, whole. */
export function sizesPage(entries: EntrySize[], files: { file: string; bytes: number }[]): string {
  const row = (cells: string[], widths: number[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const table = (head: string[], rows: string[][]) => {
    const widths = head.map((_, i) => Math.max(...[head, ...rows].map((cells) => cells[i]!.length)));
    const line = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
    return [row(head, widths), line, ...rows.map((cells) => row(cells, widths))].join('\n');
  };
  return `# Sizes

What importing an entry point adds to a page: the code of the package and of all its dependencies, bundled and minified by esbuild. Peer
dependencies (TensorFlow.js, h5wasm) are not counted. A bundler that leaves out unused exports does better than this.
Written by \`npm run docs:generate\`; a test fails when an entry point has grown or shrunk by more than a tenth and 1 kB since.

${table(
  ['entry point', 'minified, kB', 'gzip, kB'],
  entries.map(({ entry, minified, gzip }) => [`\`${entry}\``, kB(minified), kB(gzip)]),
)}

Fetched when they are needed:

${table(
  ['file', 'kB'],
  files.map(({ file, bytes }) => [`\`${file}\``, kB(bytes)]),
)}
`;
}

/** The gzip sizes that a page of {@link sizesPage} states, in bytes. */
export function statedSizes(page: string): Map<string, number> {
  const rows = page.matchAll(/^\| `([^`]+)` *\| *[\d.]+ \| *([\d.]+) \|$/gm);
  return new Map([...rows].map(([, entry, gzip]) => [entry!, Number(gzip) * 1000]));
}

import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { type Package, packages, ROOT } from './packages.ts';

/** What an entry point adds to a page: everything it imports, minified, the peer dependencies left out. */
export interface EntrySize {
  entry: string; // as it is imported, such as @heartllm/ecg-io/node
  minified: number; // bytes
  gzip: number; // bytes
  /** Modules that are loaded when they are needed. */
  later: { file: string; gzip: number }[];
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
  const entryPoint = join(ROOT, folder, file);
  const { outputFiles, metafile } = await build({
    entryPoints: [entryPoint],
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: ROOT,
    absWorkingDir: ROOT,
    format: 'esm',
    target: 'es2022',
    conditions: ['heartllm-src'],
    external: ['@tensorflow/*', 'h5wasm', 'webgpu', ...Object.keys(manifest.peerDependencies ?? {}), 'node:*'],
    logLevel: 'error',
  });
  const contents = new Map(outputFiles.map((output) => [relative(ROOT, output.path), output.contents]));
  const gzip = (chunk: string) => gzipSync(contents.get(chunk)!, { level: 9 }).length;
  const isEntry = (chunk: string) => join(ROOT, metafile.outputs[chunk]!.entryPoint ?? '') === entryPoint;
  const atOnce = imported([...contents.keys()].find(isEntry)!, metafile);
  const sum = (size: (chunk: string) => number) => atOnce.reduce((total, chunk) => total + size(chunk), 0);
  return {
    entry: name + path.slice(1),
    minified: sum((chunk) => contents.get(chunk)!.length),
    gzip: sum(gzip),
    later: [...contents.keys()]
      .filter((chunk) => !atOnce.includes(chunk))
      .map((chunk) => ({ file: metafile.outputs[chunk]!.entryPoint ?? chunk, gzip: gzip(chunk) })),
  };
}

/** A chunk and those that it imports, and they import, without waiting to be asked. */
function imported(first: string, { outputs }: Metafile): string[] {
  const found = [first];
  for (const chunk of found) {
    for (const { path, kind } of outputs[chunk]!.imports) {
      if (kind === 'import-statement' && path in outputs && !found.includes(path)) found.push(path);
    }
  }
  return found;
}

/** What the packages load when it is needed, each once: modules, and the embedded model's weights. */
export function loadedLater(entries: EntrySize[]): { file: string; bytes: number }[] {
  const named = new Map(packages().map(({ name, folder }) => [folder, name]));
  const modules = new Map(
    entries.flatMap(({ later }) =>
      later.map(({ file, gzip }) => [file.replace(/^packages\/[^/]+/, (folder) => named.get(folder)!), gzip]),
    ),
  );
  const model = join(ROOT, 'packages/nano/model');
  const weights = readdirSync(model, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.safetensors$/.test(file),
  );
  return [
    ...[...modules].map(([file, bytes]) => ({ file, bytes })),
    ...weights.map((file) => ({ file: `@heartllm/nano/model/${file}`, bytes: statSync(join(model, file)).size })),
  ].sort((a, b) => (a.file < b.file ? -1 : 1));
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

Loaded when they are needed, modules gzipped:

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

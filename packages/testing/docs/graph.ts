import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { packages, ROOT } from '../release/packages.ts';

/** Which packages a package may import, as the design has it. `heartllm` may import every one. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  '@heartllm/training': [
    '@heartllm/lora-llm',
    '@heartllm/vocab-bridge',
    '@heartllm/fsq-tokenizer',
    '@heartllm/lead-encoder',
    '@heartllm/text-metrics',
    '@heartllm/backend',
    '@heartllm/safetensors',
    '@heartllm/source',
  ],
  '@heartllm/lora-llm': ['@heartllm/backend', '@heartllm/safetensors', '@heartllm/source'],
  '@heartllm/vocab-bridge': [],
  '@heartllm/fsq-tokenizer': ['@heartllm/lead-encoder', '@heartllm/safetensors', '@heartllm/source'],
  '@heartllm/lead-encoder': ['@heartllm/backend', '@heartllm/safetensors', '@heartllm/source'],
  '@heartllm/ecg-datasets': ['@heartllm/ecg-io', '@heartllm/source'],
  '@heartllm/ecg-io': ['@heartllm/source'],
  '@heartllm/text-metrics': [],
  '@heartllm/ecg-plot': [],
  '@heartllm/constrain': ['@heartllm/lora-llm', '@heartllm/vocab-bridge', '@heartllm/source'],
  '@heartllm/safetensors': ['@heartllm/source'],
  '@heartllm/gguf': ['@heartllm/source'],
  '@heartllm/source': [],
  '@heartllm/nano': [],
  '@heartllm/backend': [],
};

/** Sources that may import TensorFlow.js; all others have to do without tensors. */
const TENSORS =
  /^packages\/(backend|lead-encoder|lora-llm|training|constrain|heartllm)\/|^packages\/fsq-tokenizer\/src\/(tf|straight-through)/;

const STYLE = `bgcolor="white" pad=0.2 ranksep=0.6
node [shape=box style="rounded,filled" fillcolor="#e9f2f2" color="#0f5b62" fontname="sans-serif" fontsize=12]
edge [color="#5b6b7a" arrowsize=0.7]`;

/** An import of one package by another, or a dependency that a package.json states. */
export interface Arrow {
  from: string;
  to: string; // without a subpath
  file: string; // relative to the root
  specifier: string;
}

/** All imports in the sources of the published packages that are of another package, types and dynamic ones too. */
export function imports(): Arrow[] {
  return packages().flatMap(({ name, folder }) => {
    const sources = join(ROOT, folder, 'src');
    return readFolder(sources)
      .filter((file) => /\.[mc]?tsx?$/.test(file))
      .flatMap((file) => {
        const { importedFiles } = ts.preProcessFile(readFileSync(join(sources, file), 'utf8'));
        return importedFiles
          .map(({ fileName }) => fileName)
          .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
          .map((specifier) => ({ from: name, to: packageOf(specifier), file: `${folder}/src/${file}`, specifier }));
      });
  });
}

/** Dependencies and peer dependencies as package.json states them. */
export function stated(): Arrow[] {
  return packages().flatMap(({ name, folder, manifest: { dependencies, peerDependencies } }) =>
    Object.keys({ ...dependencies, ...peerDependencies }).map((to) => ({
      from: name,
      to,
      file: `${folder}/package.json`,
      specifier: to,
    })),
  );
}

/** Arrows that the design forbids, and imports that package.json does not state, one line each. */
export function forbidden(imported: Arrow[], stated: Arrow[]): string[] {
  const known = new Set(stated.map(({ from, to }) => `${from} ${to}`));
  return [...imported, ...stated].flatMap((arrow) => {
    const { from, to, file, specifier } = arrow;
    const ours = to === 'heartllm' || to.startsWith('@heartllm/');
    if (ours && from !== 'heartllm' && !MAY_IMPORT[from]?.includes(to))
      return [`${file}: ${from} may not import ${specifier}`];
    if (imported.includes(arrow) && to.startsWith('@tensorflow/') && !TENSORS.test(file)) {
      return [`${file}: imports ${specifier}, but has to do without tensors`];
    }
    if (!known.has(`${from} ${to}`)) return [`${file}: imports ${specifier}, which is not in its package.json`];
    return [];
  });
}

/** The graph of this repository's packages in Graphviz' language; dotted where package.json states it and no code imports it. */
export function graph(imported: Arrow[], stated: Arrow[]): string {
  const names = packages().map(({ name }) => name);
  const inCode = new Set(imported.map(({ from, to }) => `${from} ${to}`));
  const arrows = [...new Set([...imported, ...stated].map(({ from, to }) => `${from} ${to}`))]
    .sort()
    .map((arrow) => ({ arrow, ends: arrow.split(' ') }))
    .filter(({ ends: [from, to] }) => names.includes(to!) && from !== to)
    .map(({ arrow, ends: [from, to] }) => `"${from}" -> "${to}"${inCode.has(arrow) ? '' : ' [style=dotted]'}`);
  const nodes = names.map((name) => `"${name}" [label="${name.replace('@heartllm/', '')}"]`);
  return ['digraph packages {', STYLE, ...nodes, ...arrows, '}'].join('\n');
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function readFolder(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
  } catch {
    return [];
  }
}

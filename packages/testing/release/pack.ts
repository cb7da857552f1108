import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type Package, ROOT } from './packages.ts';
import { run } from './run.ts';

/** Packs packages as `npm publish` would and gives the tarball of each by its name. */
export async function pack(packages: Package[], into: string): Promise<Map<string, string>> {
  const args = packages.flatMap(({ name }) => ['--workspace', name]);
  const output = await run('npm', ['pack', ...args, '--ignore-scripts', '--json', '--pack-destination', into], ROOT);
  const packed: { name: string; filename: string }[] = Object.values(JSON.parse(output.slice(output.search(/[[{]/))));
  // npm 10 writes the scope into `filename` as a folder, the file itself has a hyphen
  return new Map(packed.map(({ name, filename }) => [name, join(into, filename.replace('@', '').replace('/', '-'))]));
}

const TEXT = new Set(['.js', '.ts', '.mjs', '.json', '.map', '.md', '']);
const MACHINE_PATH = /(?:file:\/\/)?\/(?:home|root|tmp|Users|work|build|mnt)\/[\w.-]+\/[^\s"'`)]*/;
const OPTIONAL_ENTRY = /^(dist|src|generated|weights|model|recipes|bin|scripts|ontology|knowledge)\//;
const ALWAYS = ['README.md', 'LICENSE', 'package.json'];

/** What is wrong with a tarball: files that are missing, files nobody needs, maps that lead nowhere, machine paths. */
export async function tarballProblems({ manifest }: Package, tarball: string): Promise<string[]> {
  const problems: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'heartllm-tarball-'));
  try {
    await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'], ROOT);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    const there = new Set(files);
    for (const file of ALWAYS) if (!there.has(file)) problems.push(`${file} is missing`);
    for (const file of entryPoints(manifest)) if (!there.has(file)) problems.push(`${file} is missing`);
    for (const file of files) {
      const known = ALWAYS.includes(file) || file === 'CHANGELOG.md' || OPTIONAL_ENTRY.test(file);
      if (!known || /(^|\/)(test|bench|fixtures)\/|\.test\.|tsbuildinfo/.test(file))
        problems.push(`${file}: not needed`);
      if (!TEXT.has(extname(file))) continue;
      const text = readFileSync(join(folder, file), 'utf8');
      const path = text.match(MACHINE_PATH);
      if (path) problems.push(`${file}: names a path of a machine, ${path[0]}`);
      if (!file.endsWith('.map')) continue;
      for (const source of (JSON.parse(text) as { sources: string[] }).sources) {
        if (!there.has(join(file, '..', source))) problems.push(`${file}: its source ${source} is not in the package`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return problems;
}

/** Every file that `exports` and `bin` of a package.json name, patterns left out. */
function entryPoints({ exports = {}, bin = {} }: Package['manifest']): string[] {
  const targets = [exports, bin as Record<string, string>].flatMap((map) =>
    Object.values(map).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry))),
  );
  return targets.filter((target) => !target.includes('*')).map((target) => target.replace(/^\.\//, ''));
}

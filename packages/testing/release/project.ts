import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Package, ROOT } from './packages.ts';
import { run } from './run.ts';
import { useOf } from './uses.ts';

/** An otherwise empty project that depends on one package. */
export interface Project {
  package: Package;
  folder: string;
}

/**
 * Makes a folder with a package.json that names one tarball (and what a user installs beside it) and runs `npm install` there.
 * Packages of this repository come from their tarballs, all others from the registry or npm's cache of it.
 */
export async function install(used: Package, tarballs: Map<string, string>, parent: string): Promise<Project> {
  const folder = join(parent, used.folder.replace('packages/', ''));
  const { module, beside, withoutTensors } = useOf(used);
  const local = (name: string) => `file:${tarballs.get(name)}`;
  const versions = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).devDependencies as Record<
    string,
    string
  >;
  const wanted = [used.name, ...beside];
  mkdirSync(folder);
  const manifest = {
    private: true,
    type: 'module',
    dependencies: Object.fromEntries(wanted.map((name) => [name, tarballs.has(name) ? local(name) : versions[name]])),
    overrides: Object.fromEntries([...tarballs.keys()].map((name) => [name, local(name)])),
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  await run('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  const tensorFlow = existsSync(join(folder, 'node_modules/@tensorflow'));
  if (withoutTensors && tensorFlow) throw new Error(`${used.name} brings TensorFlow.js, which it should do without`);
  cpSync(module, join(folder, 'use.mjs'));
  for (const name of ['in-node.mjs', 'in-page.mjs', 'index.html']) {
    cpSync(fileURLToPath(new URL(`./harness/${name}`, import.meta.url)), join(folder, name));
  }
  symlinkSync(join(ROOT, 'examples/data/ptbxl'), join(folder, 'data'));
  symlinkSync(join(folder, 'node_modules'), join(folder, 'modules'));
  return { package: used, folder };
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What the checks read of a package.json. */
export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  exports?: Record<string, string | Record<string, string>>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  [field: string]: unknown;
}

export interface Package {
  name: string;
  folder: string; // relative to the root, such as packages/ecg-io
  manifest: Manifest;
}

/** All packages under packages/, by folder name; `published` leaves out the private ones. */
export function packages({ published = true } = {}): Package[] {
  const found = readdirSync(join(ROOT, 'packages')).map((entry) => {
    const folder = `packages/${entry}`;
    const manifest = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
    return { name: manifest.name, folder, manifest };
  });
  return found.filter(({ manifest }) => !(published && manifest.private));
}

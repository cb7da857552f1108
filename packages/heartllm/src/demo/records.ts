import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../../generated/demo/ptbxl/records500/00000/', import.meta.url);

/** The path of a record that comes with the package: what scripts/demo-records.mjs took out of PTB-XL. */
export function demoRecord(name: string): string {
  return fileURLToPath(new URL(name, FOLDER));
}

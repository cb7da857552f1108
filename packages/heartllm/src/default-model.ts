import type { Source } from '@heartllm/ecg-io';
import { ModelFolderError } from './model-manifest.ts';

/** The model folder in the embedded model's package. */
const FOLDER = 'model';

/**
 * The embedded model's folder, in Node.
 *
 * @throws ModelFolderError in a browser, where the page says from which URL a model comes, and where the package is
 *   not installed
 */
export async function defaultModel(): Promise<Source> {
  // getBuiltinModule, unlike an import of 'node:module', leaves bundlers for the browser in peace
  const builtin = globalThis.process?.getBuiltinModule;
  if (!builtin) {
    throw new ModelFolderError("no model was given: in a browser use HeartLlm.load(httpSource('/path/to/model/'))");
  }
  let packageFile: string;
  try {
    packageFile = builtin('node:url').fileURLToPath(import.meta.resolve('@heartllm/nano/package.json'));
  } catch {
    throw new ModelFolderError(
      'the embedded model is not installed: npm install @heartllm/nano, or name a model folder',
    );
  }
  const { join, dirname } = builtin('node:path');
  const nodeFiles = '@heartllm/ecg-io/node'; // a variable, so that bundlers for the browser do not follow it
  const { folderSource } = (await import(/* @vite-ignore */ nodeFiles)) as typeof import('@heartllm/ecg-io/node');
  return folderSource(join(dirname(packageFile), FOLDER));
}

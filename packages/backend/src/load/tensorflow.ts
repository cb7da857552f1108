import { BackendUnavailableError } from '../use-backend.ts';

/**
 * Loads tfjs-node or tfjs-node-gpu, which register the 'tensorflow' backend.
 *
 * They are CommonJS and are looked up through `require`, so NODE_PATH may name a folder outside the project.
 */
export async function loadTensorflow(backend: 'node' | 'node-gpu', packageName: string): Promise<string> {
  // getBuiltinModule, unlike an import of 'node:module', leaves bundlers for the browser in peace
  const builtin = globalThis.process?.getBuiltinModule?.('node:module');
  if (!builtin) throw new BackendUnavailableError(backend, 'it needs Node.js 20.16 or newer');
  const util = process.getBuiltinModule('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  // removed in Node 23, still called by tfjs-node 4.22.0
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  try {
    // libtensorflow logs its CPU features to stderr otherwise
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    const tfn = builtin.createRequire(import.meta.url)(packageName) as { version: Record<string, string> };
    return `libtensorflow through ${packageName} ${tfn.version['tfjs-node'] ?? ''}`.trim();
  } catch (error) {
    throw new BackendUnavailableError(
      backend,
      `npm install ${packageName} (${(error as Error).message.split('\n')[0]})`,
    );
  }
}

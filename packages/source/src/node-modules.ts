/** Node's modules that writing needs, by name. */
interface NodeModules {
  'node:fs/promises': typeof import('node:fs/promises');
  'node:path': typeof import('node:path');
}

/**
 * A module of Node, for functions that stand beside others which run in a browser too. It comes through getBuiltinModule and not an import,
 * so that bundlers for the browser find nothing to resolve.
 *
 * @param instead what to call in a browser
 * @throws Error in a browser
 */
export function nodeModule<Name extends keyof NodeModules>(name: Name, instead: string): NodeModules[Name] {
  if (typeof process === 'undefined' || !process.getBuiltinModule) {
    throw new Error(`writing files needs Node (20.16 or later); in a browser use ${instead}`);
  }
  return process.getBuiltinModule(name) as unknown as NodeModules[Name];
}

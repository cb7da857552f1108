/**
 * A module of Node, for functions that stand beside others which run in a browser too. It comes through getBuiltinModule and not an import,
 * so that bundlers for the browser find nothing to resolve. Its type is the caller's to name, `typeof import('node:path')`: named here, it would
 * ask every page for Node's types.
 *
 * @param instead what to call in a browser
 * @throws Error in a browser
 */
export function nodeModule<Module>(name: `node:${string}`, instead: string): Module {
  if (typeof process === 'undefined' || !process.getBuiltinModule) {
    throw new Error(`writing files needs Node (20.16 or later); in a browser use ${instead}`);
  }
  return process.getBuiltinModule(name) as Module;
}

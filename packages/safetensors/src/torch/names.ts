import { isDict } from './dict.ts';
import { TorchGlobal } from './globals.ts';
import { TorchTensor } from './tensor.ts';

/** What a checkpoint may hold: dicts are objects without a prototype, tuples are arrays, integers bigints where a number would not be exact. */
export type TorchValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | TorchTensor
  | TorchValue[]
  | Set<TorchValue>
  | { [key: string]: TorchValue };

/** A walk over a million values takes a tenth of a second; a list of lists of lists is small in the file and endless here. */
const maxValues = 10_000_000;
const maxDepth = 500;

/**
 * Finds the tensors of a value under their keys joined by '.', and sees to it that the value is a finite tree of plain
 * things, so that whoever walks it later comes to an end.
 */
export function tensorsOf(value: unknown, fail: (text: string) => never): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  const above = new Set<unknown>();
  let values = 0;
  const walk = (node: unknown, path: string): void => {
    if (++values > maxValues) fail(`holds more than ${maxValues} values once its references are followed`);
    if (node instanceof TorchTensor) {
      if (tensors.has(path)) fail(`has two tensors named '${path}'`);
      tensors.set(path, node);
    } else if (Array.isArray(node) || node instanceof Set || isDict(node)) {
      if (above.has(node)) fail(`'${path}' holds itself`);
      if (above.size === maxDepth) fail(`nests deeper than ${maxDepth}`);
      above.add(node);
      for (const [key, child] of node instanceof Set ? [...node].entries() : Object.entries(node)) {
        walk(child, path ? `${path}.${key}` : `${key}`);
      }
      above.delete(node);
    } else if (!isPlain(node)) {
      fail(`'${path}' is ${node instanceof TorchGlobal ? node.name : 'a storage'}: not a tensor or plain value`);
    }
  };
  walk(value, '');
  return tensors;
}

function isPlain(node: unknown): boolean {
  return node === null || typeof node !== 'object' || node instanceof Uint8Array;
}

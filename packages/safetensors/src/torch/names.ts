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

/** Values, and letters of tensors' names. A list of lists of lists is small in the file and endless when followed. */
const maxSteps = 12_000_000;
const maxDepth = 500;

/**
 * Finds the tensors of a value under their keys joined by '.', and sees to it that the value is a finite tree of plain
 * things, so that whoever walks it later comes to an end.
 */
export function tensorsOf(value: unknown, fail: (text: string) => never): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  const above = new Set<unknown>();
  let steps = 0;
  const walk = (node: unknown, path: string): void => {
    const place = path ? `'${path.slice(0, 100)}'` : 'the value';
    if (node instanceof TorchTensor) {
      steps += path.length;
      if (tensors.has(path)) fail(`has two tensors named ${place}`);
      tensors.set(path, node);
    } else if (Array.isArray(node) || node instanceof Set || isDict(node)) {
      if (above.has(node)) fail(`${place} holds itself`);
      if (above.size === maxDepth) fail(`nests deeper than ${maxDepth}`);
      above.add(node);
      for (const [key, child] of isDict(node) ? Object.entries(node) : [...node].entries()) {
        if (++steps > maxSteps) fail(`holds more than ${maxSteps} values once its references are followed`);
        if (typeof child === 'object' && child !== null) walk(child, path ? `${path}.${key}` : `${key}`);
      }
      above.delete(node);
    } else if (typeof node === 'object' && node !== null && !(node instanceof Uint8Array)) {
      fail(`${place} is ${node instanceof TorchGlobal ? node.name : 'a storage'}, not a tensor or a plain value`);
    }
  };
  walk(value, '');
  return tensors;
}

import { isDict } from './dict.ts';
import { TorchObject } from './object.ts';
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
  | TorchObject
  | TorchValue[]
  | Set<TorchValue>
  | { [key: string]: TorchValue };

/** Values, and letters of tensors' names. A list of lists of lists is small in the file and endless when followed. */
const maxSteps = 12_000_000;
const maxDepth = 500;

/** The leaves of a checkpoint that are no plain values, under their keys joined by '.'. */
export interface Leaves {
  tensors: Map<string, TorchTensor>;
  /** Names of what is not read. */
  others: Map<string, string>;
}

/**
 * Finds the leaves of a value, and sees to it that it is a finite tree, so that whoever walks it later comes to an end.
 */
export function leavesOf(value: unknown, fail: (text: string) => never): Leaves {
  const tensors = new Map<string, TorchTensor>();
  const others = new Map<string, string>();
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
    } else if (node instanceof TorchObject) {
      steps += path.length;
      others.set(path, node.name);
    }
  };
  walk(value, '');
  return { tensors, others };
}

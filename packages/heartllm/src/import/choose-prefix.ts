import { ImportError } from './import-error.ts';

/** Averages of weights, which training keeps beside the weights themselves. */
const AVERAGE = /(^|[._])(ema|swa|averaged?|shadow)(?=$|[._])/i;

/**
 * Where in a checkpoint the network is: all of its tensors begin with one prefix, such as 'model.' in the published best.pt. Of the weights and
 * their moving average it is the weights.
 *
 * @param found every prefix at which there is one
 * @param wanted the caller's choice: the prefix, or the beginning of one
 * @param what the network in words
 * @throws ImportError where there is none, none that is wanted, or several
 */
export function choosePrefix(found: string[], wanted: string | undefined, what: string, file: string): string {
  const named = found.map((prefix) => (prefix === '' ? 'no prefix' : prefix.slice(0, -1))).join(', ');
  if (wanted !== undefined) {
    const asked = wanted === '' || wanted.endsWith('.') ? wanted : `${wanted}.`;
    const matching = found.includes(asked) ? [asked] : found.filter((prefix) => prefix.startsWith(asked));
    if (matching.length === 1) return matching[0];
    const many = matching.length ? 'several' : 'none';
    throw new ImportError(`${file}: expected ${what} under the prefix '${wanted}', found ${many} (there is ${named})`);
  }
  const weights = found.length > 1 ? found.filter((prefix) => !AVERAGE.test(prefix)) : found;
  if (weights.length === 1) return weights[0];
  throw new ImportError(`${file}: expected ${what}, found ${found.length} of them (${named}); name one with --prefix`);
}

/** How many tensors lie under each first segment of their names, for telling what was left out: 'optimizer (74 tensors)'. */
export function summarize(names: string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) {
    const [first] = name.split('.');
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return [...counts].map(([first, count]) => `${first} (${count} ${count === 1 ? 'tensor' : 'tensors'})`);
}

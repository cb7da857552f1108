import type { Condition, EvalItem } from './item.ts';

/** One prompt, and the items that it answers: without an ECG of its own, one answer serves every record that is asked. */
export interface PlannedPrompt<T extends EvalItem> {
  items: T[];
  text: string;
  ecg: number;
}

/** Prompts that are generated at once. */
export interface PlannedBatch<T extends EvalItem> {
  condition: Condition;
  maxNewTokens: number;
  prompts: PlannedPrompt<T>[];
}

/**
 * Who is asked what, in which order. The same items give the same batches, whatever was done already: what a batch is
 * made of can change the last bits of its scores.
 *
 * @param sees what a condition shows of an ECG: equal for two ECGs that the model cannot tell apart
 */
export function planBatches<T extends EvalItem>(
  items: readonly T[],
  conditions: readonly Condition[],
  sees: (condition: Condition, ecg: number) => string,
  batchSize: number,
): PlannedBatch<T>[] {
  return conditions.flatMap((condition) => {
    const asked = condition === 'prior' ? items.filter(({ prior }) => prior !== undefined) : items;
    // one answer for one prompt: were it made twice, in two batches, rounding could break ties between equal scores
    const same = groupBy(asked, ({ text, ecg }) => JSON.stringify([text, sees(condition, ecg)]));
    const prompts = same.map((items) => {
      const longest = items.reduce((a, b) => (b.maxNewTokens > a.maxNewTokens ? b : a));
      const { text, ecg, group, maxNewTokens } = longest;
      return { items, text, ecg, group, maxNewTokens };
    });
    const groups = groupBy(prompts, ({ group, maxNewTokens }) => JSON.stringify([group, maxNewTokens]));
    return groups.flatMap((group) =>
      chunks(group, batchSize).map((prompts) => ({ condition, maxNewTokens: group[0].maxNewTokens, prompts })),
    );
  });
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups.values()];
}

function chunks<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

import type { Batch } from '@heartllm/lora-llm';
import type { BatchPart } from './gradients.ts';

/**
 * Cuts batches into parts of rows, none of which mixes two batches. Each counts as much as its labelled tokens do in the
 * whole, so that the weighted losses add up to the loss of all; padding that a part does not need is cut off.
 *
 * @param batches whose common loss is the mean over their rows of each batch's mean over its labelled tokens
 */
export function splitRows(batches: Batch[], parts: number): BatchPart<Batch[]>[] {
  const rows = batches.reduce((sum, { inputIds }) => sum + inputIds.length, 0);
  const size = Math.ceil(rows / parts);
  return batches.flatMap((batch) => {
    const share = batch.inputIds.length / rows / labelled(batch);
    const starts = Array.from({ length: Math.ceil(batch.inputIds.length / size) }, (_, i) => i * size);
    return starts.map((start) => {
      const part = sliceRows(batch, start, start + size);
      return { batch: [part], weight: share * labelled(part) };
    });
  });
}

/** Tokens that carry a loss. */
function labelled({ labels }: Batch): number {
  return labels.reduce((sum, row) => sum + row.filter((label) => label >= 0).length, 0);
}

function sliceRows({ inputIds, attentionMask, labels, vectors }: Batch, start: number, end: number): Batch {
  const mask = attentionMask?.slice(start, end);
  const padding = mask ? Math.min(...mask.map((row) => row.indexOf(1))) : 0;
  const cut = (values: number[][]) => values.slice(start, end).map((row) => row.slice(padding));
  return {
    inputIds: cut(inputIds),
    labels: cut(labels),
    ...(attentionMask && { attentionMask: cut(attentionMask) }),
    ...(vectors && { vectors: vectors.slice(start, end) }),
  };
}

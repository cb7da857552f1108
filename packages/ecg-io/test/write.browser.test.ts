import { expect, test } from 'vitest';
import { WfdbError, writeAnnotations, writeRecord } from '../src/index.ts';

test('a page cannot write files; the error says what to call instead', async () => {
  const record = { name: 'rec', fs: 500, leads: ['I'], signal: [[0]] };
  await expect(writeRecord('out', record)).rejects.toThrow(WfdbError);
  await expect(writeRecord('out', record)).rejects.toThrow('in a browser use encodeRecord');
  const annotations = { sample: [1], symbol: ['N'] };
  await expect(writeAnnotations('out', 'a', 'atr', annotations)).rejects.toThrow('in a browser use encodeAnnotations');
});

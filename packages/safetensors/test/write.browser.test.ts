import { expect, test } from 'vitest';
import { SafetensorsError, writeSafetensors } from '../src/index.ts';

test('writeSafetensors says in a browser what to use there', async () => {
  const written = writeSafetensors('m.safetensors', {});
  await expect(written).rejects.toThrow(SafetensorsError);
  await expect(written).rejects.toThrow('in a browser use encodeSafetensors');
});

import { expect, test } from 'vitest';
import { fixtures, openBytes, writeHdf5 } from './files.ts';

const { file } = JSON.parse(new TextDecoder().decode(await fixtures.read('h5py-units.json')));
const bytes = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));

async function unitsOf(tracings: string, units?: string) {
  const layout = { tracings, ids: null, axes: ['sample', 'lead'] as const, fs: 500, ...(units && { units }) };
  const exams = await openBytes(bytes, layout);
  const record = await exams.record(0).finally(() => exams.close());
  return { units: record.units, warnings: record.meta.warnings };
}

test.each([
  ['micro sign', 'uV uV'],
  ['Greek letter', 'uV uV'],
  ['bytes', 'uV uV'],
  ['Latin-1', 'uV uV'],
  ['Shift JIS', 'uV uV'],
  ['in words', 'uV uV'],
  ['one each', 'uV mV'],
  ['one each of any length', 'mV uV'],
])("the units in a dataset's attribute as h5py writes it: %s", async (name, units) => {
  expect((await unitsOf(name)).units.join(' ')).toBe(units);
  expect((await unitsOf(name, 'mV')).units).toEqual(['mV', 'mV']);
});

test('an attribute that fits no lead, or is no text, is an error unless the caller says the unit', async () => {
  await expect(unitsOf('of three leads')).rejects.toThrow(
    'a.hdf5, of three leads: expected one unit, or one for each of the 2 leads, found 3',
  );
  await expect(unitsOf('a number')).rejects.toThrow('expected a short text in its attribute "units": give units');
  expect((await unitsOf('a number', 'uV')).units).toEqual(['uV', 'uV']);
});

test("without one, values beyond 20 are not taken for mV; floats in CODE's own dataset are, with a warning", async () => {
  const doubt = 'a-0: no unit is named, and values up to 500 cannot be mV: give units';
  expect(await unitsOf('none')).toEqual({ units: ['', ''], warnings: [doubt] });
  const warningsOf = async (data: Float32Array | Int16Array) => {
    const exams = await openBytes(await writeHdf5([{ name: 'tracings', data, shape: [1, 1, 12] }]));
    const { units, meta } = await exams.record(0).finally(() => exams.close());
    return [units[0], meta.warnings];
  };
  const numbers = Array.from({ length: 12 }, (_, i) => i * 4);
  const floats = await warningsOf(Float32Array.from(numbers));
  expect(floats).toEqual(['mV', ['a-0: values up to 44 are more than an ECG has in mV']]);
  const integers = await warningsOf(Int16Array.from(numbers));
  expect(integers).toEqual(['', ['a-0: no unit is named, and values up to 44 cannot be mV: give units']]);
});

import { describe, expect, test } from 'vitest';
import { canonicalUnit, memorySource, readRecord } from '../src/index.ts';

const microvolt = (...bytes: number[]) => Uint8Array.of(...bytes, 0x56);

describe('microvolt in the bytes that Python writes for it', () => {
  test.each([
    ['latin-1, cp1252, mac_roman', [0xb5]],
    ['utf-8, micro sign', [0xc2, 0xb5]],
    ['utf-8, Greek mu', [0xce, 0xbc]],
    ['shift_jis', [0x83, 0xca]],
    ['gbk, euc_jp', [0xa6, 0xcc]],
    ['euc_kr', [0xa5, 0xec]],
    ['big5', [0xa3, 0x67]],
    ['iso8859_7', [0xec]],
    ['cp437, cp850', [0xe6]],
  ])('%s', (_charset, bytes) => {
    // Browsers take latin1 for windows-1252, Node 20 does not: 0x83 is a control character in one of them.
    expect(canonicalUnit(new TextDecoder('latin1').decode(microvolt(...bytes)))).toBe('uV');
    expect(canonicalUnit(String.fromCharCode(...microvolt(...bytes)))).toBe('uV');
    if (bytes[0] === 0xc2 || bytes[0] === 0xce) {
      expect(canonicalUnit(new TextDecoder().decode(microvolt(...bytes)))).toBe('uV');
    }
  });
});

test.each([
  ['uV', 'uV UV uv µV μV µv ΜV ㎶ ｕＶ mcV MICROV MicroVolt microvolts µVolts uVolt u_V Mikrovolt \ufffdV ?V'],
  ['mV', 'mV MV mv ㎷ milliV MILLIVOLT millivolts mVolt'],
  ['nV', 'nV NV nanovolts'],
  ['V', 'V v Volt volts'],
])('%s is found in all of %s', (unit, spellings) => {
  for (const spelling of spellings.split(' '))
    expect([spelling, canonicalUnit(` ${spelling} `)]).toEqual([spelling, unit]);
});

test('what is no voltage, or not of one value, stays as it is', () => {
  for (const unit of ['mmHg', '', 'adu', 'NU', 'mV/s', '10 uV', 'uV/mm', 'kV', '°', 'ohm', 'μ', 'm', 'AV', 'mA', '?']) {
    expect(canonicalUnit(unit)).toBe(unit);
  }
});

test('a WFDB record in microvolts is in uV, however its header spells it', async () => {
  for (const unit of ['uV', '\xb5V', '\xc2\xb5V', '\x83\xcaV', 'MICROV']) {
    const header = Uint8Array.from(`a 1 500 2\na.dat 16 200/${unit} 16 0 0 0 0 II\n`, (letter) => letter.charCodeAt(0));
    const record = await readRecord(memorySource({ 'a.hea': header, 'a.dat': Uint8Array.of(200, 0, 0, 0) }), 'a');
    expect([record.units, record.signal[0][0]]).toEqual([['uV'], 1]);
  }
});

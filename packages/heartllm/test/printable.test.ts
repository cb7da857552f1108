import { escapeText } from '@heartllm/ecg-plot';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printable, printableLine } from '../src/terminal/printable.ts';

const UNPRINTABLE = {
  'an escape sequence that clears the screen': '\u001b[2J',
  'the same in one character (C1)': '\u009b2J',
  'a title': '\u001b]0;title\u0007',
  'a carriage return, which writes over the line': 'safe\rtrick',
  'backspaces and delete': 'a\u0008\u007f',
  'an override of the direction': 'file\u202egnp.exe',
  'isolates and marks': '\u2066a\u2069\u200e\u200f\u061c',
  'line separators of Unicode': 'a\u2028b\u2029c',
  'invisible ones': '\ufeff\u200b\u{e0041}',
  'half a character': '\ud800',
};

describe('what a terminal would obey is shown instead', () => {
  test.each(Object.entries(UNPRINTABLE))('%s', (_, text) => {
    expect(printable(text)).toMatch(/^[\x20-\x7e]*$/);
    expect(printable(text)).toBe(
      text.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    );
  });

  test('text of any script, line breaks, tabs and emoji stay', () => {
    const text = 'Größe 心電図 تخطيط القلب می‌خواهم 👩‍⚕️\n\tµV';
    expect(printable(text)).toBe(text);
    expect(printableLine('a\nb\tc')).toBe('a\\u000ab\\u0009c');
  });

  test('a line of JSON stays the same JSON', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.constantFrom(...Object.values(UNPRINTABLE)),
        (text, bad) => {
          const value = { [text]: `${bad}${text}` };
          expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value);
        },
      ),
    );
  });
});

test('pages and drawings hold none of them either', () => {
  const obeyed = /(?![\n\r\t])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
  for (const text of Object.values(UNPRINTABLE)) expect(escapeText(text)).not.toMatch(obeyed);
});

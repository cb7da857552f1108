import { quote, WfdbError, type WfdbPlace } from '../error.ts';
import { CHN, NOTE, NULL, NUM, SKIP, SUB } from './annotations.ts';
import { definitionNotes, isAboutFile, isDefinition } from './definitions.ts';
import { type AnnotationLabel, labelTable } from './labels.ts';
import { WordWriter } from './word-writer.ts';

/** What {@link encodeAnnotations} takes: what {@link parseAnnotations} gives, or of it at least where and what. */
export interface AnnotationInput {
  /**
   * Whole numbers, frames or, where `fs` is given, its ticks, from the start of the record; in order of time, as other readers expect
   * it, though any order can be stored.
   */
  sample: ArrayLike<number>;
  /** Of the standard labels, of `customLabels`, or '[55]' for a code without a label. */
  symbol: readonly string[];
  /** Needed only where two codes share a symbol; counts only where it fits the symbol. */
  labelStore?: ArrayLike<number>;
  /** -128 to 127; 0 by default. */
  subtype?: ArrayLike<number>;
  /** 0 to 255; 0 by default. */
  chan?: ArrayLike<number>;
  /** -128 to 127; 0 by default. */
  num?: ArrayLike<number>;
  /** At most 255 Latin-1 characters; '' by default. */
  auxNote?: readonly string[];
  /** Written as the file's time resolution, if given. */
  fs?: number;
  /** Labels besides, or instead of, the standard ones. */
  customLabels?: readonly AnnotationLabel[];
  /** Written as notes at sample 0. A note at sample 0 among the annotations, too, is read back as a comment. */
  comments?: readonly string[];
}

/**
 * The bytes of an annotation file in MIT format, https://physionet.org/physiotools/wag/annot-5.htm, the same as wfdb-python's `wrann`
 * writes.
 *
 * @param file name for messages
 * @throws WfdbError naming the annotation, if a column has another length than `sample` or a value cannot be stored
 */
export function encodeAnnotations(annotations: AnnotationInput, file = 'annotations'): Uint8Array {
  const { sample, symbol, labelStore, subtype, chan, num, auxNote, customLabels = [], comments = [] } = annotations;
  for (const [field, column] of Object.entries({ symbol, labelStore, subtype, chan, num, auxNote })) {
    if (column && column.length !== sample.length) {
      throw new WfdbError({ file, field }, `expected ${sample.length} entries, as in sample, found ${column.length}`);
    }
  }
  checkDefinitions(annotations, file);

  const writer = new WordWriter();
  const aboutFile = (text: string) => {
    writer.word(NOTE, 0);
    writer.note(text);
  };
  const definitions = definitionNotes(annotations.fs, customLabels);
  definitions.forEach(aboutFile);
  if (definitions.length > 0) writer.nullAnnotation(); // as both reference writers end them
  comments.forEach(aboutFile);

  const codesOf = symbolCodes(customLabels);
  const now = { sample: 0, chan: 0, num: 0 }; // chan and num hold until they are changed
  for (let i = 0; i < sample.length; i++) {
    const place = (field: string) => ({ file, field: `${field} of annotation ${i}` });
    const [code, ...others] = codesOf(symbol[i], labelStore?.[i]);
    if (code === undefined) {
      throw new WfdbError(place('symbol'), `no label has the symbol ${quote(symbol[i])}; define it in customLabels`);
    }
    if (others.length > 0) {
      const message = `${quote(symbol[i])} is the symbol of the codes ${[code, ...others].join(', ')}; say which in labelStore`;
      throw new WfdbError(place('symbol'), message);
    }
    const next = {
      sample: whole(sample[i], -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, place('sample')),
      chan: whole(chan?.[i] ?? 0, 0, 255, place('chan')),
      num: whole(num?.[i] ?? 0, -128, 127, place('num')),
    };
    const sub = whole(subtype?.[i] ?? 0, -128, 127, place('subtype'));
    const note = latin1(auxNote?.[i] ?? '', place('auxNote'));
    if (isAboutFile(next.sample, code)) checkComment(note, place('auxNote'));

    writer.annotation(code, next.sample - now.sample);
    if (next.num !== now.num) writer.word(NUM, next.num & 0xff);
    if (sub !== 0) writer.word(SUB, sub & 0xff);
    if (next.chan !== now.chan) writer.word(CHN, next.chan);
    if (note) writer.note(note);
    Object.assign(now, next);
  }
  return writer.finish();
}

/** Finds the codes of a symbol, several where custom labels share it; a custom label goes before a standard one. */
function symbolCodes(customLabels: readonly AnnotationLabel[]) {
  const table = labelTable(customLabels);
  const standard = new Map(table.map((label) => [label.symbol, label.labelStore]));
  standard.delete(table[NULL].symbol);
  const custom = new Map<string, Set<number>>();
  for (const { symbol, labelStore } of customLabels) {
    custom.set(symbol, (custom.get(symbol) ?? new Set()).add(labelStore));
  }
  return (symbol: string, labelStore: number | undefined): number[] => {
    const fits = labelStore !== undefined && labelStore !== NULL && table[labelStore]?.symbol === symbol;
    if (fits) return [labelStore];
    const code = standard.get(symbol);
    return [...(custom.get(symbol) ?? (code === undefined ? [] : [code]))];
  };
}

function checkDefinitions({ fs, customLabels = [], comments = [] }: AnnotationInput, file: string): void {
  if (fs !== undefined && !(fs > 0 && fs < Number.POSITIVE_INFINITY)) {
    throw new WfdbError({ file, field: 'fs' }, `expected a frequency above 0, found ${fs}`);
  }
  customLabels.forEach(({ labelStore, symbol, description }, i) => {
    const place = { file, field: `custom label ${i}` };
    whole(labelStore, NULL + 1, SKIP - 1, place);
    if (!/^[^\s\0]+$/.test(symbol)) {
      throw new WfdbError(place, `expected a symbol without spaces, found ${quote(symbol)}`);
    }
    latin1(`${labelStore} ${symbol} ${description}`, place);
  });
  comments.forEach((comment, i) => {
    checkComment(comment, { file, field: `comment ${i}` });
  });
}

function checkComment(text: string, place: WfdbPlace): void {
  latin1(text, place);
  if (isDefinition(text)) {
    throw new WfdbError(place, `${quote(text)} would be read as a definition; give fs or customLabels`);
  }
}

function whole(value: number, least: number, most: number, place: WfdbPlace): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new WfdbError(place, `expected an integer within ${least}..${most}, found ${value}`);
}

function latin1(text: string, place: WfdbPlace): string {
  if (text.length > 255) throw new WfdbError(place, `expected at most 255 characters, found ${text.length}`);
  if (/[^\0-\xff]/.test(text)) throw new WfdbError(place, `expected Latin-1 characters, found ${quote(text)}`);
  return text;
}

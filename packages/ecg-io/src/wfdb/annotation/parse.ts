import { WfdbError } from '../error.ts';
import { type Annotations, AUX, CHN, NULL, NUM, type RawAnnotations, SKIP, SUB } from './annotations.ts';
import { isAboutFile, readDefinitions } from './definitions.ts';
import { labelTable } from './labels.ts';

/** A file that is text all along, and at least so long, was not meant as annotations. */
const SHORTEST_TEXT = 16;

/**
 * Reads the bytes of an annotation file in MIT format, https://physionet.org/physiotools/wag/annot-5.htm. `fs` is the file's own time
 * resolution, undefined where it has none.
 *
 * As by `rdann`, null annotations are left out, and so are the notes at sample 0: what they define (`## time resolution: ...`,
 * `## annotation type definitions` ...) is in `fs` and `customLabels`, any other text in `comments`.
 *
 * @param file name for messages
 * @throws WfdbError naming the byte, if the file ends inside an annotation, begins with no annotation or is text
 */
export function parseAnnotations(bytes: Uint8Array, file = 'annotations'): Annotations {
  const warnings: string[] = [];
  const raw = readWords(bytes, file, warnings);
  const { fs, customLabels, comments } = readDefinitions(raw, file, warnings);

  const kept: number[] = [];
  for (let i = 0; i < raw.sample.length; i++) {
    if (raw.labelStore[i] !== NULL && !isAboutFile(raw.sample[i], raw.labelStore[i])) kept.push(i);
  }
  const pick = <T>(column: T[]) => (kept.length === column.length ? column : kept.map((i) => column[i]));
  const labelStore = pick(raw.labelStore);
  const labels = labelTable(customLabels);
  for (const code of new Set(labelStore)) {
    const { symbol, description } = labels[code];
    if (symbol === `[${code}]` && !description) warnings.push(`${file}: code ${code} has no label; shown as ${symbol}`);
  }
  return {
    sample: pick(raw.sample),
    symbol: labelStore.map((code) => labels[code].symbol),
    labelStore,
    description: labelStore.map((code) => labels[code].description),
    subtype: pick(raw.subtype),
    chan: pick(raw.chan),
    num: pick(raw.num),
    auxNote: pick(raw.auxNote),
    fs,
    customLabels,
    comments,
    warnings,
  };
}

/** A word of 16 bits holds a code (6 bits) and the ticks since the annotation before (10 bits); codes from 59 on say more about it. */
function readWords(bytes: Uint8Array, file: string, warnings: string[]): RawAnnotations {
  const raw: RawAnnotations = { sample: [], labelStore: [], subtype: [], chan: [], num: [], auxNote: [] };
  let time = 0;
  let chan = 0; // this and num hold until they are changed, subtype and note only for one annotation
  let num = 0;
  let last = -1;
  let at = 0;
  for (; at + 1 < bytes.length; at += 2) {
    const word = bytes[at] | (bytes[at + 1] << 8);
    if (word === 0) {
      const rest = bytes.subarray(at + 2);
      if (rest.some((byte) => byte !== 0)) {
        warnings.push(`${file}: ${rest.length} unread bytes behind the end mark at byte ${at}`);
      }
      return raw;
    }
    const code = word >> 10;
    if (code < SKIP) {
      time += word & 0x3ff;
      last = raw.sample.push(time) - 1;
      raw.labelStore.push(code);
      raw.subtype.push(0);
      raw.chan.push(chan);
      raw.num.push(num);
      raw.auxNote.push('');
      continue;
    }
    if (code === SKIP) {
      if (at + 6 > bytes.length) throw cutShort(`the SKIP at byte ${at} needs 4 interval bytes`, at, bytes, file);
      // The high half comes first, each half with its low byte first: the long integer of a PDP-11.
      time += (bytes[at + 2] << 16) | (bytes[at + 3] << 24) | bytes[at + 4] | (bytes[at + 5] << 8);
      if (!Number.isSafeInteger(time)) throw new WfdbError({ file, offset: at }, `the time ${time} is out of range`);
      at += 4;
      continue;
    }
    if (last < 0) {
      if (isText(bytes)) throw notAnnotations(file);
      throw new WfdbError({ file, offset: at }, `expected an annotation, found code ${code}, which belongs to one`);
    }
    const byte = word & 0xff; // both reference readers leave the two bits above it aside
    if (code === SUB) raw.subtype[last] = (byte << 24) >> 24;
    else if (code === CHN) raw.chan[last] = chan = byte;
    else if (code === NUM) raw.num[last] = num = (byte << 24) >> 24;
    else if (code === AUX) {
      const end = at + 2 + byte + (byte & 1);
      if (end > bytes.length) throw cutShort(`the note at byte ${at} needs ${end - at - 2} bytes`, at, bytes, file);
      raw.auxNote[last] = String.fromCharCode(...bytes.subarray(at + 2, at + 2 + byte));
      at = end - 2;
    }
  }
  if (bytes.length === 0) warnings.push(`${file}: is empty: no annotations and no end mark`);
  else if (isText(bytes)) throw notAnnotations(file);
  else if (at < bytes.length) {
    const message = `expected an even length, found ${bytes.length} bytes, the last of which is half a word`;
    throw new WfdbError({ file, offset: at }, message);
  } else warnings.push(`${file}: no end mark; the file may be cut short at byte ${bytes.length}`);
  return raw;
}

function cutShort(what: string, at: number, bytes: Uint8Array, file: string): WfdbError {
  if (isText(bytes)) return notAnnotations(file);
  const message = `truncated: ${what}, ${bytes.length - at - 2} are left before the file ends at ${bytes.length}`;
  return new WfdbError({ file, offset: bytes.length }, message);
}

function notAnnotations(file: string): WfdbError {
  return new WfdbError({ file, offset: 0 }, 'expected annotations in MIT format, found text');
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.length < SHORTEST_TEXT || bytes.some((byte) => byte < 9 || (byte > 13 && byte < 32) || byte === 127)) {
    return false;
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

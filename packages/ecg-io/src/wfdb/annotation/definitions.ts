import { quote } from '../error.ts';
import { NOTE, NULL, type RawAnnotations, SKIP } from './annotations.ts';
import type { AnnotationLabel } from './labels.ts';

const TIME_RESOLUTION = '## time resolution:';
const TABLE = '## annotation type definitions';
const END_OF_TABLE = '## end of definitions';

/** A note at sample 0 speaks about the file and not about a moment of the recording. */
export function isAboutFile(sample: number, labelStore: number): boolean {
  return sample === 0 && labelStore === NOTE;
}

/** Reads the definitions and comments of a file; what can't be understood in them is a warning. */
export function readDefinitions(raw: RawAnnotations, file: string, warnings: string[]) {
  const labels = new Map<number, AnnotationLabel>();
  const comments: string[] = [];
  let fs: number | undefined;
  let inTable = false;
  for (let i = 0; i < raw.sample.length; i++) {
    if (!isAboutFile(raw.sample[i], raw.labelStore[i])) continue;
    const text = withoutPadding(raw.auxNote[i]);
    if (text.startsWith(TIME_RESOLUTION)) {
      const found = Number.parseFloat(text.slice(TIME_RESOLUTION.length));
      if (Number.isFinite(found) && found > 0) fs ??= found;
      else warnings.push(`${file}: expected a time resolution above 0, found ${quote(text)}; ignored`);
    } else if (text === TABLE) {
      inTable = true;
    } else if (text === END_OF_TABLE) {
      inTable = false;
    } else if (inTable) {
      const label = parseLabel(text);
      if (label) labels.set(label.labelStore, label);
      else warnings.push(`${file}: expected a label as in "15 c calibration pulse", found ${quote(text)}; ignored`);
    } else if (text) {
      comments.push(raw.auxNote[i]);
    }
  }
  if (inTable) warnings.push(`${file}: the definitions of labels have no end`);
  return { fs, customLabels: [...labels.values()], comments };
}

/** The notes that say it again. */
export function definitionNotes(fs: number | undefined, labels: readonly AnnotationLabel[]): string[] {
  const table = labels.map(({ labelStore, symbol, description }) => `${labelStore} ${symbol} ${description}`);
  return [
    ...(fs === undefined ? [] : [`${TIME_RESOLUTION} ${fs}`]),
    ...(labels.length === 0 ? [] : [TABLE, ...table, END_OF_TABLE]),
  ];
}

/** Whether a note at sample 0 would be read as a definition. */
export function isDefinition(note: string): boolean {
  const text = withoutPadding(note);
  return text.startsWith(TIME_RESOLUTION) || text === TABLE || text === END_OF_TABLE;
}

/** `code symbol description` */
function parseLabel(text: string): AnnotationLabel | undefined {
  const [, digits, symbol, description = ''] = /^(\d+)[ \t]+([^\s\0]+)(?:[ \t]+(.*))?$/s.exec(text) ?? [];
  const labelStore = Number(digits);
  return labelStore > NULL && labelStore < SKIP ? { labelStore, symbol, description } : undefined;
}

function withoutPadding(text: string): string {
  return text.replace(/[\s\0]+$/, '');
}

import { describe, quote, WfdbError } from './error.ts';
import type { WfdbHeader, WfdbSegment } from './header-types.ts';
import { parseRecordLine } from './record-line.ts';
import { parseSegmentLine, parseSignalLine, type SignalLine } from './signal-line.ts';

/**
 * Parses the text of a .hea file, all of the grammar of header(5), https://physionet.org/physiotools/wag/header-5.htm, with the defaults
 * of the WFDB software (no gain or 0: 200; no baseline: ADC zero; no fs: 250; no units: mV).
 *
 * @param file name for messages; its last part without .hea is what the record line should say
 * @throws WfdbError naming the line and field
 */
export function parseHeader(bytes: Uint8Array, file: string): WfdbHeader {
  const { comments, lines } = splitLines(decodeText(bytes));
  const [recordLine, ...rest] = lines;
  if (!recordLine) throw new WfdbError({ file }, bytes.length === 0 ? 'is empty: no record line' : 'no record line');

  const { nSeg, ...record } = parseRecordLine(recordLine.text, file, recordLine.line);
  const count = nSeg ?? record.nSig;
  const kind = nSeg === undefined ? 'signal' : 'segment';
  const found = `${count} ${kind}s declared, ${rest.length} ${kind} lines follow`;
  // Counted against the lines that are there, so a record line can't make anyone reserve memory.
  if (rest.length < count) {
    throw new WfdbError({ file, line: recordLine.line, field: `number of ${kind}s` }, found);
  }

  const header: WfdbHeader = { ...record, signals: [], comments };
  const expectedName = file.replace(/^.*\//, '').replace(/\.hea$/i, '');
  if (record.recordName !== expectedName) {
    header.warnings.push(
      `${file} line ${recordLine.line}: the record is called ${quote(record.recordName)}, its file ${expectedName}`,
    );
  }
  if (nSeg === undefined) {
    const signals = rest.slice(0, count).map(({ text, line }) => parseSignalLine(text, file, line));
    header.signals = signals.map(({ signal }) => signal);
    header.warnings.push(...calibrationWarnings(signals, file));
  } else {
    header.segments = rest.slice(0, count).map(({ text, line }) => parseSegmentLine(text, file, line));
    header.sigLen = totalLength(header.segments, header, file, recordLine.line);
  }
  if (rest.length > count) {
    // header(5) wants at least as many lines as the record line says, and the C library stops there.
    const where = describe({ file, line: rest[count].line });
    header.warnings.push(`${where}: ${found}; from this one on they are not read`);
  }
  return header;
}

interface Line {
  text: string;
  /** From 1. */
  line: number;
}

function splitLines(text: string): { comments: string[]; lines: Line[] } {
  const comments: string[] = [];
  const lines: Line[] = [];
  text.split(/\r\n|\n|\r/).forEach((raw, index) => {
    const content = raw.trim();
    if (content.startsWith('#')) comments.push(content.replace(/^[#\s]+/, ''));
    else if (content) lines.push({ text: content, line: index + 1 });
  });
  return { comments, lines };
}

/** UTF-8 (a byte order mark is dropped) or else Latin-1, in which old headers write µV and names. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

function calibrationWarnings(signals: SignalLine[], file: string): string[] {
  const indices = (select: (line: SignalLine) => boolean) =>
    signals.flatMap((line, index) => (select(line) ? [index] : [])).join(', ');
  const uncalibrated = indices(({ calibrated }) => !calibrated);
  const negative = indices(({ signal }) => signal.adcGain < 0);
  const warnings: string[] = [];
  if (uncalibrated) warnings.push(`${file}: no gain for signal ${uncalibrated}: uncalibrated, 200 per unit is assumed`);
  if (negative) warnings.push(`${file}: negative gain for signal ${negative}: the polarity is inverted`);
  return warnings;
}

/** What the segments add up to, which the C library goes by as well where the record line says otherwise. */
function totalLength(segments: WfdbSegment[], header: WfdbHeader, file: string, recordLine: number): number {
  const self = segments.find(({ recordName }) => recordName === header.recordName);
  if (self) {
    const place = { file, line: self.line, field: 'segment name' };
    throw new WfdbError(place, `segment ${quote(header.recordName)} is the record itself`);
  }
  const total = segments.reduce((sum, { sigLen }) => sum + sigLen, 0);
  if (header.sigLen && header.sigLen !== total) {
    const place = describe({ file, line: recordLine, field: 'number of samples' });
    header.warnings.push(`${place}: ${header.sigLen} declared, the segments add up to ${total}, which are read`);
  }
  return total;
}

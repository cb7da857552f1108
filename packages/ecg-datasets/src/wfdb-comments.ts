import { readHeader, type Source, WfdbError } from '@heartllm/ecg-io';
import { DatasetError, type ReaderOptions } from './error.ts';

/** A comment of a header: 'Dx' and '164889003', from '#Dx: 164889003' and '# Dx: 164889003' alike. */
export interface HeaderComment {
  /** 'Age', 'age' for LUDB's '<age>'; '' for a line without a colon. */
  field: string;
  value: string;
}

/**
 * The comments of a record's header.
 *
 * @returns undefined where the header is missing or wrong and `onProblem` took it
 * @throws DatasetError where it is missing or wrong
 */
export async function readHeaderComments(
  source: Source,
  path: string,
  { onProblem }: ReaderOptions,
): Promise<HeaderComment[] | undefined> {
  try {
    return (await readHeader(source, path)).comments.map(parseComment);
  } catch (cause) {
    if (!(cause instanceof WfdbError)) throw cause;
    const message = 'expected a WFDB header that can be read';
    const problem = new DatasetError({ file: cause.file, line: cause.line, field: cause.field }, message, { cause });
    if (!onProblem) throw problem;
    onProblem(problem);
    return undefined;
  }
}

function parseComment(comment: string): HeaderComment {
  const [, field = '', value] = /^\s*<?([^:<>]*?)>?\s*:(.*)$/s.exec(comment) ?? [];
  return value === undefined ? { field: '', value: comment.trim() } : { field: field.trim(), value: value.trim() };
}

/** The value of a field, whatever its case; undefined where it is not there. */
export function commentValue(comments: readonly HeaderComment[], field: string): string | undefined {
  return comments.find((comment) => comment.field.toLowerCase() === field.toLowerCase())?.value;
}

/** 'F', 'female', 'Female' and the like; undefined for everything that is neither ('Unknown', 'NaN'). */
export function toSex(text: string | undefined): 'male' | 'female' | undefined {
  if (/^f(emale)?$/i.test(text?.trim() ?? '')) return 'female';
  return /^m(ale)?$/i.test(text?.trim() ?? '') ? 'male' : undefined;
}

/** Years; '>89' is above 89, 'NaN' and the like are undefined. */
export function toYears(text: string | undefined): number | undefined {
  const value = text?.trim() ?? '';
  if (/^>\s*89$/.test(value)) return 90;
  return /^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

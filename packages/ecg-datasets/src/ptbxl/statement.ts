import type { Source } from '@heartllm/ecg-io';
import { readCsv } from '../tables/csv.ts';
import type { CsvRow } from '../tables/csv-row.ts';

/** The five classes into which PTB-XL groups its diagnostic statements. */
export const SUPERCLASSES = ['NORM', 'MI', 'STTC', 'CD', 'HYP'] as const;
/** One of {@link SUPERCLASSES}. */
export type Superclass = (typeof SUPERCLASSES)[number];

/** One of the 71 SCP-ECG statements that PTB-XL uses, a row of scp_statements.csv. */
export interface ScpStatement {
  /** 'IMI'; the key of `PtbXlRow.scpCodes`. */
  code: string;
  /** 'inferior myocardial infarction', as published. */
  description: string;
  /** Says what the heart has; a statement may be diagnostic and form at once. */
  diagnostic: boolean;
  /** Says what the waves look like. */
  form: boolean;
  /** Says what makes the heart beat, and how regularly. */
  rhythm: boolean;
  /** Of diagnostic statements only. */
  superclass?: Superclass;
  /** Of diagnostic statements only: 'IMI', 'LAFB/LPFB', ... */
  subclass?: string;
}

const COLUMNS = ['description', 'diagnostic', 'form', 'rhythm', 'diagnostic_class', 'diagnostic_subclass'];

/** Reads scp_statements.csv; its first column, without a name, holds the code. */
export async function readStatements(source: Source, path: string): Promise<Map<string, ScpStatement>> {
  const statements = new Map<string, ScpStatement>();
  for await (const row of readCsv(source, path, ['', ...COLUMNS])) {
    const statement = toStatement(row);
    if (statements.has(statement.code)) throw row.error('', 'a code that no other row has');
    statements.set(statement.code, statement);
  }
  return statements;
}

function toStatement(row: CsvRow): ScpStatement {
  const code = row.text('').trim();
  if (code === '') throw row.error('', 'a code in the first column');
  const flag = (column: string): boolean => row.numberOrEmpty(column) === 1;
  const diagnostic = flag('diagnostic');
  const superclass = row.text('diagnostic_class').trim();
  if (diagnostic && !isSuperclass(superclass)) throw row.error('diagnostic_class', `one of ${SUPERCLASSES.join(', ')}`);
  return {
    code,
    description: row.text('description').trim(),
    diagnostic,
    form: flag('form'),
    rhythm: flag('rhythm'),
    ...(diagnostic && { superclass: superclass as Superclass, subclass: row.text('diagnostic_subclass').trim() }),
  };
}

function isSuperclass(text: string): text is Superclass {
  return (SUPERCLASSES as readonly string[]).includes(text);
}

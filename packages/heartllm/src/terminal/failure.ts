import { printable } from './printable.ts';

/** The field `error` of --json. What is known of the place is there, too. */
export interface FailureFields {
  message: string;
  file?: string;
  line?: number;
  field?: string;
  offset?: number;
  expected?: string;
  found?: string;
}

const TEXTS = ['file', 'field', 'expected', 'found'] as const;
const NUMBERS = ['line', 'offset'] as const;

/** An error as data, of whatever class it is. */
export function failureFields(error: unknown): FailureFields {
  const fields: FailureFields = { message: messageOf(error) };
  const known = (typeof error === 'object' ? error : undefined) as
    | Partial<Record<keyof FailureFields, unknown>>
    | undefined;
  for (const name of TEXTS) if (typeof known?.[name] === 'string') fields[name] = known[name];
  for (const name of NUMBERS) if (typeof known?.[name] === 'number') fields[name] = known[name];
  return fields;
}

/** An error in one line. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return printable(message.trim().split('\n')[0]) || 'failed without a message';
}

/** What was asked is not done, or only a part of it: what there is has been printed, with the failure. */
export class PrintedFailure extends Error {
  override readonly name = 'PrintedFailure';
  declare readonly cause: Error;

  constructor(failure: Error) {
    super(failure.message, { cause: failure });
  }
}

/** A record that cannot be made ready as asked; the message is one line and names the record, the lead and what is wrong. */
export class PrepareError extends Error {
  /** 'PrepareError'; tells the error apart where `instanceof` cannot: two copies of the package. */
  override readonly name = 'PrepareError';
  /** The record's name; undefined where only samples were given. */
  readonly record?: string;

  constructor(record: string | undefined, message: string) {
    super((record ? `${record}: ${message}` : message).replace(/\p{Cc}+/gu, ' ')); // names come from files
    this.record = record;
  }
}

/** @throws PrepareError for a rate that is not a positive number */
export function checkRate(fs: number, record?: string, what = 'sampling rate'): void {
  checkPositive(fs, 'Hz', record, what);
}

/** @throws PrepareError for a duration that is not a positive number */
export function checkSeconds(seconds: number, record: string | undefined, what: string): void {
  checkPositive(seconds, 'seconds', record, what);
}

function checkPositive(value: number, unit: string, record: string | undefined, what: string): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new PrepareError(record, `${what}: expected a positive number of ${unit}, found ${value}`);
}

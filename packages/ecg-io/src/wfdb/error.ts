import { FileError, type FilePlace } from '@heartllm/source';

export { describePlace as describe, quote } from '@heartllm/source';

/** Where in a WFDB file something is wrong. */
export type WfdbPlace = FilePlace;

/**
 * A WFDB record, or a request for one, is wrong; the message names the place, what was expected and what was found. Of a signal file that a
 * source could not give, `file` is the header's, and `cause` says why.
 */
export class WfdbError extends FileError {
  /** 'WfdbError'; tells the error apart where `instanceof` cannot: two copies of the package. */
  override readonly name = 'WfdbError';
}

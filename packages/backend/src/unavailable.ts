/** A backend that cannot be had on this machine; `reason` says what is missing and how to get it. */
export class BackendUnavailableError extends Error {
  /** The name that was asked for; 'auto' where none of its candidates can be had. */
  readonly backend: string;
  /** What is missing and how to get it; of 'auto' one sentence per candidate, joined by '; '. */
  readonly reason: string;
  constructor(backend: string, reason: string) {
    super(`backend '${backend}' is not available: ${reason}`);
    this.name = 'BackendUnavailableError';
    this.backend = backend;
    this.reason = reason;
  }
}

/**
 * An optional peer that is missing or broken: which package to install and what went wrong.
 *
 * For the catch of a try whose own body imports the package: there, and nowhere else, webpack and esbuild take an import for
 * one that may fail, and build a page without the package.
 */
export function peerMissing(backend: string, packageName: string, error: unknown): BackendUnavailableError {
  const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new BackendUnavailableError(backend, `npm install ${packageName} (${message})`);
}

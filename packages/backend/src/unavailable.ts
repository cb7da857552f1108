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

/** Imports an optional peer; where it is missing or broken, says which package to install and what went wrong. */
export async function importPeer<T>(backend: string, packageName: string, load: () => T | Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new BackendUnavailableError(backend, `npm install ${packageName} (${message})`);
  }
}

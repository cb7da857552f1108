/** A Python dict: no prototype, so that no key of a file can reach one. */
export type Dict = Record<string, unknown>;

export function newDict(): Dict {
  return Object.create(null);
}

export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

/** The JavaScript key of a Python one; undefined for what is not a string, a number, a bool or None. */
export function dictKey(key: unknown): string | undefined {
  if (key === true) return 'True';
  if (key === false) return 'False';
  if (key === null) return 'None';
  return ['string', 'number', 'bigint'].includes(typeof key) ? String(key) : undefined;
}

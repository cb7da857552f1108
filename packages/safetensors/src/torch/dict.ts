/** A Python dict: no prototype, so that no key of a file can reach one. */
export type Dict = Record<string, unknown>;

export function newDict(): Dict {
  return Object.create(null);
}

export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

/** Of tuples as keys: a pair of a layer's name and its number, say. */
const maxTuple = 8;
const maxPart = 100;

/** The JavaScript key of a Python one, a short tuple's as '(a, 1)'; undefined for what cannot be said in a few words. */
export function dictKey(key: unknown): string | undefined {
  if (!Array.isArray(key)) return plainKey(key);
  const parts = key.slice(0, maxTuple + 1).map(plainKey);
  const short = parts.length <= maxTuple && parts.every((part) => part !== undefined && part.length <= maxPart);
  return short ? `(${parts.join(', ')})` : undefined;
}

function plainKey(key: unknown): string | undefined {
  if (key === true) return 'True';
  if (key === false) return 'False';
  if (key === null) return 'None';
  return ['string', 'number', 'bigint'].includes(typeof key) ? String(key) : undefined;
}

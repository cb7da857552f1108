/** One setting of a training run: said once, read from recipes and from the command line alike. */
export interface Setting<T> {
  /** What it means, in a phrase, for help and reports. */
  description: string;
  /** What holds where a recipe or a command line does not name it: the published value, where there is one. */
  default: T;
  /** What a value must be, for help and errors: 'a whole number from 1'. */
  expected: string;

  /** Whether a value is one of the setting's. */
  accepts(value: unknown): value is T;
  /** A value written on a command line; without it the setting is a switch. May give what `accepts` refuses. */
  fromText?(text: string): unknown;
}

/** Settings by name, in the order in which they are shown. */
export type Settings = Record<string, Setting<unknown>>;

/** The values of a table of settings. */
export type ValuesOf<S extends Settings> = { [Name in keyof S]: S[Name] extends Setting<infer T> ? T : never };

/** A recipe that cannot be followed; the message names recipe, stage and field, what was expected and what was found. */
export class RecipeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RecipeError';
  }
}

/** A whole number of at least `from`, and a multiple of `of`. */
export function whole(preset: number, from: number, description: string, of = 1): Setting<number> {
  return {
    description,
    default: preset,
    expected: `a whole number from ${from}${of > 1 ? `, a multiple of ${of}` : ''}`,
    accepts: (value): value is number => Number.isSafeInteger(value) && (value as number) >= from && !(+value! % of),
    fromText: toNumber,
  };
}

/** A number above 0, or from 0 where 0 turns something off; with `below`, smaller than that. */
export function amount(
  preset: number,
  description: string,
  { off = false, below = Number.POSITIVE_INFINITY } = {},
): Setting<number> {
  return {
    description,
    default: preset,
    expected: `a number ${off ? 'from' : 'above'} 0${below < Number.POSITIVE_INFINITY ? `, below ${below}` : ''}`,
    accepts: (value): value is number =>
      typeof value === 'number' && value < below && (value > 0 || (off && value === 0)),
    fromText: toNumber,
  };
}

/** Yes or no. */
export function flag(preset: boolean, description: string): Setting<boolean> {
  return {
    description,
    default: preset,
    expected: 'true or false',
    accepts: (value): value is boolean => typeof value === 'boolean',
  };
}

/** One of some words, the first by default. */
export function choice<const Words extends readonly string[]>(
  words: Words,
  description: string,
  preset: Words[number] = words[0],
): Setting<Words[number]> {
  return {
    description,
    default: preset,
    expected: `one of ${words.join(', ')}`,
    accepts: (value): value is Words[number] => words.includes(value as string),
    fromText: (text) => text,
  };
}

/** Whole numbers of at least `from`; on a command line with commas between. */
export function wholes(preset: number[], from: number, description: string): Setting<number[]> {
  return {
    description,
    default: preset,
    expected: `a list of whole numbers from ${from}`,
    accepts: (value): value is number[] =>
      Array.isArray(value) && value.length > 0 && value.every((item) => Number.isSafeInteger(item) && item >= from),
    fromText: (text) => text.split(',').map(toNumber),
  };
}

/**
 * The values of all settings: those of `given`, and the defaults of what it does not name.
 *
 * @param where names the place in errors, 'recipe nano: tokenizer'
 * @throws RecipeError for a field that is no setting, and for a value that a setting does not take
 */
export function readSettings<S extends Settings>(settings: S, given: unknown, where: string): ValuesOf<S> {
  const fields = readObject(given, where);
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(settings, name));
  if (unknown !== undefined) {
    throw new RecipeError(`${where}.${unknown}: no such field, expected ${Object.keys(settings).join(', ')}`);
  }
  const values = Object.entries(settings).map(([name, setting]) => {
    const value = fields[name] ?? setting.default;
    if (!setting.accepts(value)) {
      throw new RecipeError(`${where}.${name}: expected ${setting.expected}, found ${JSON.stringify(value)}`);
    }
    return [name, value];
  });
  return Object.fromEntries(values) as ValuesOf<S>;
}

/** @throws RecipeError for anything but an object */
export function readObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new RecipeError(`${where}: expected an object, found ${JSON.stringify(value) ?? 'nothing'}`);
}

/** NaN, which no setting accepts, for what is no number. */
function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

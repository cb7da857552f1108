import { EcgFileError, type FilePlace } from '../file-error.ts';

/** What an axis of an array runs over. */
export type Axis = 'exam' | 'sample' | 'lead';

/** Where each axis stands in the shape of an array; an array of one exam has no axis for exams, one of one lead none for leads. */
export interface Axes {
  exam?: number;
  sample: number;
  lead?: number;
}

/** The order of leads in CODE, PTB-XL and most sets that come as arrays. */
export const STANDARD_LEADS = ['I', 'II', 'III', 'AVR', 'AVL', 'AVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/**
 * Tells the axes of an array apart: three are exams first, then samples and leads in the order that fits the number of leads; two are
 * samples and leads; one is samples.
 *
 * @param axes what they are, where the caller says so
 * @param leads how many leads there are, 12 where the caller does not say
 * @throws EcgFileError if they do not fit the shape, or if it fits both ways
 */
export function findAxes(
  shape: number[],
  axes: readonly Axis[] | undefined,
  leads: number | undefined,
  place: FilePlace,
): Axes {
  if (axes) return namedAxes(shape, axes, place);
  const found = `the shape [${shape.join(', ')}]`;
  if (shape.length === 1) return { sample: 0 };
  if (shape.length !== 2 && shape.length !== 3) {
    throw new EcgFileError(place, `expected 1 to 3 axes (exam, sample, lead), found ${found}`);
  }
  const [first, second] = shape.length === 3 ? [1, 2] : [0, 1];
  const expected = leads ?? STANDARD_LEADS.length;
  if ((shape[first] === expected) === (shape[second] === expected)) {
    const how = shape[first] === expected ? 'both axes could be' : 'no axis has';
    throw new EcgFileError(
      place,
      `${how} the ${expected} leads in ${found}; say what the axes are: axes: ['sample', 'lead']`,
    );
  }
  const [sample, lead] = shape[second] === expected ? [first, second] : [second, first];
  return shape.length === 3 ? { exam: 0, sample, lead } : { sample, lead };
}

function namedAxes(shape: number[], axes: readonly Axis[], place: FilePlace): Axes {
  const known = axes.every((axis) => axis === 'exam' || axis === 'sample' || axis === 'lead');
  if (!known || !axes.includes('sample') || new Set(axes).size !== axes.length) {
    throw new EcgFileError(
      place,
      `expected axes among 'exam', 'sample' and 'lead', each once, found ${JSON.stringify(axes)}`,
    );
  }
  if (axes.length !== shape.length) {
    throw new EcgFileError(
      place,
      `expected ${axes.length} axes (${axes.join(', ')}), found the shape [${shape.join(', ')}]`,
    );
  }
  const at = (axis: Axis) => (axes.includes(axis) ? axes.indexOf(axis) : undefined);
  return { exam: at('exam'), sample: axes.indexOf('sample'), lead: at('lead') };
}

/**
 * The names of `count` leads: those given, or the standard twelve in their order, or `lead 1` and so on.
 *
 * @throws EcgFileError if another number of names was given
 */
export function leadNames(given: readonly string[] | undefined, count: number, place: FilePlace): string[] {
  if (given && given.length !== count) {
    throw new EcgFileError(place, `${given.length} lead names were given, the file has ${count} leads`);
  }
  if (given) return [...given];
  return count === STANDARD_LEADS.length
    ? [...STANDARD_LEADS]
    : Array.from({ length: count }, (_, i) => `lead ${i + 1}`);
}

/** What a tokenizer needs to know of a recording; every EcgRecord of @heartllm/ecg-io is one. */
export interface Recording {
  /** Begins the messages of errors and warnings; they begin without where it is undefined. */
  name?: string;
  /** Frames per second, in Hz: the sampling rate of every lead but those with several samples per frame. */
  fs: number;
  /** Frames; a lead with several samples per frame is as many times as long. By default every lead has one. */
  samples?: number;
  /** Names of the leads, upper or lower case, in the order of `signal`. */
  leads: string[];
  /** [leads][samples], in any unit; NaN (or infinite) where a sample is invalid. */
  signal: ArrayLike<number>[];
  /** Units of the leads, if they are known. */
  units?: readonly string[];
  /** What was changed in it before it came here; tokenizers pass it on. */
  meta?: {
    /** One line each. */
    warnings?: readonly string[];
  };
}

/** What of a recording does not fit a model. */
interface Misfit {
  field?: 'fs' | 'leads' | 'samples' | 'signal';
  missing?: readonly string[];
  found?: readonly string[];
}

/** A recording that does not fit the model. */
export class RecordingError extends Error {
  /**
   * Which of its properties: its rate, its leads, the length of a lead, or what a lead holds. Rate and length are looked at
   * last, so that a recording with such an error has all of its leads.
   */
  readonly field?: Misfit['field'];
  /** Names of the model's leads that it lacks. */
  readonly missing: readonly string[];
  /** Names of the leads that it has, if one is missing. */
  readonly found: readonly string[];

  constructor(message: string, { field, missing = [], found = [] }: Misfit = {}) {
    super(message);
    this.name = 'RecordingError';
    this.field = field;
    this.missing = missing;
    this.found = found;
  }
}

/** How many of a recording's leads an error names. */
const NAMED = 20;

/**
 * Where a recording has the leads of a model: by name as it is written there, else in upper or lower case.
 *
 * @param names in the order wanted, as a rule `config.leads`
 * @returns one index into `recording.leads` per name
 * @throws RecordingError naming every lead that is missing, or one that the recording has more than once
 */
export function findLeads({ name, leads }: Pick<Recording, 'name' | 'leads'>, names: readonly string[]): number[] {
  const where = name ? `${name}: ` : '';
  const found = names.map((wanted) => {
    const exact = indicesOf(leads, (lead) => lead === wanted);
    return exact.length > 0 ? exact : indicesOf(leads, (lead) => upper(lead) === upper(wanted));
  });
  const missing = names.filter((_, i) => found[i].length === 0);
  if (missing.length > 0) {
    const there = [...leads.slice(0, NAMED), ...(leads.length > NAMED ? ['...'] : [])].join(' ');
    throw new RecordingError(
      `${where}leads: expected ${names.join(' ')}, missing ${missing.join(' ')} (found ${there})`,
      { field: 'leads', missing, found: leads },
    );
  }
  const twice = found.findIndex((indices) => indices.length > 1);
  if (twice >= 0) {
    throw new RecordingError(`${where}lead ${names[twice]} is there ${found[twice].length} times: keep one of them`, {
      field: 'leads',
    });
  }
  return found.map(([index]) => index);
}

function indicesOf(leads: readonly string[], matches: (lead: string) => boolean): number[] {
  return leads.flatMap((lead, index) => (matches(lead) ? [index] : []));
}

function upper(lead: string): string {
  return lead.trim().toUpperCase();
}

import { known } from '../row.ts';
import type { CsvRow } from '../tables/csv-row.ts';
import { parseScpCodes } from './scp-codes.ts';

/**
 * One ECG of PTB-XL, a row of ptbxl_database.csv (Wagner et al. 2020, doi 10.1038/s41597-020-0495-6). Nurse, site,
 * device and recording date are left out on purpose, so that they cannot leak into a prompt; `patientId` is there for
 * splits only.
 */
export interface PtbXlRow {
  /** Number of the ECG, in no other row; also in the names of its files. */
  ecgId: number;
  /** A pseudonym, for splits only; undefined where the cell is empty. */
  patientId?: number;
  /** Years; 300 stands for "over 89", as PTB-XL writes it; undefined where the cell is empty. */
  age?: number;
  /** The table's 0 and 1; undefined where the cell is empty. */
  sex?: 'male' | 'female';
  /** cm; undefined in two thirds of the rows. */
  height?: number;
  /** kg; undefined in more than half of the rows. */
  weight?: number;
  /**
   * As published, in its original language: two thirds German, a third English, some Swedish; may hold dates, see
   * {@link originalReport}.
   */
  report: string;
  /** Likelihood in per cent by SCP code, 0 where it is not known; {} for an ECG without labels. */
  scpCodes: Record<string, number>;
  /**
   * 'MID' normal, 'LAD' left, 'ALAD' marked left, 'RAD' right, 'ARAD' marked right, 'AXL', 'AXR', 'SAG', or '' where
   * none was noted.
   */
  heartAxis: string;
  /** Of up to two infarctions: 'Stadium I' to 'Stadium III' or 'unknown'. */
  infarctionStadium: string[];
  /** Whether a person checked the labels; undefined where the cell is empty. */
  validatedByHuman?: boolean;
  /** Leads in which the baseline drifts, often in German ('alles' = all); '' = none noted. */
  baselineDrift: string;
  /** Leads with static noise, in the same way. */
  staticNoise: string;
  /** Leads with bursts of noise, in the same way. */
  burstNoise: string;
  /** Leads with problems of their electrodes, in the same way. */
  electrodesProblems: string;
  /** 'VES' ventricular, 'SVES' supraventricular, 'ES' either, with counts and leads; '' = none noted. */
  extraBeats: string;
  /** 'ja, pacemaker' or ''. */
  pacemaker: string;
  /** 1 to 10, `strat_fold`; all ECGs of a patient are in one fold. */
  fold: number;
  /** The record at 100 Hz, without suffix: 'records100/00000/00001_lr'. */
  filename100: string;
  /** The record at 500 Hz, without suffix: 'records500/00000/00001_hr'. */
  filename500: string;
}

/** The columns of ptbxl_database.csv that are read; others may be there and are ignored. */
export const ROW_COLUMNS = [
  'ecg_id',
  'patient_id',
  'age',
  'sex',
  'height',
  'weight',
  'report',
  'scp_codes',
  'heart_axis',
  'infarction_stadium1',
  'infarction_stadium2',
  'validated_by_human',
  'baseline_drift',
  'static_noise',
  'burst_noise',
  'electrodes_problems',
  'extra_beats',
  'pacemaker',
  'strat_fold',
  'filename_lr',
  'filename_hr',
] as const;

/** Reads one row of ptbxl_database.csv; throws a DatasetError naming file, line and column. */
export function toPtbXlRow(row: CsvRow): PtbXlRow {
  const note = (column: string): string => row.text(column).replace(/^[\s,]+|[\s,]+$/g, ''); // ' , V6' has a stray comma
  return {
    ecgId: row.integer('ecg_id', 0, Number.MAX_SAFE_INTEGER),
    ...known('patientId', row.numberOrEmpty('patient_id')),
    ...known('age', row.numberOrEmpty('age')),
    ...known('sex', toSex(row)),
    ...known('height', row.numberOrEmpty('height')),
    ...known('weight', row.numberOrEmpty('weight')),
    report: row.text('report'),
    scpCodes: toScpCodes(row),
    heartAxis: row.text('heart_axis').trim(),
    infarctionStadium: [note('infarction_stadium1'), note('infarction_stadium2')].filter((stadium) => stadium !== ''),
    ...known('validatedByHuman', row.booleanOrEmpty('validated_by_human')),
    baselineDrift: note('baseline_drift'),
    staticNoise: note('static_noise'),
    burstNoise: note('burst_noise'),
    electrodesProblems: note('electrodes_problems'),
    extraBeats: note('extra_beats'),
    pacemaker: note('pacemaker'),
    fold: row.integer('strat_fold', 1, 10),
    filename100: row.text('filename_lr').trim(),
    filename500: row.text('filename_hr').trim(),
  };
}

function toSex(row: CsvRow): 'male' | 'female' | undefined {
  const sex = row.numberOrEmpty('sex');
  if (sex === undefined) return undefined;
  if (sex !== 0 && sex !== 1) throw row.error('sex', '0 (male) or 1 (female)');
  return sex === 0 ? 'male' : 'female';
}

function toScpCodes(row: CsvRow): Record<string, number> {
  if (row.text('scp_codes').trim() === '') return {};
  try {
    return parseScpCodes(row.text('scp_codes'));
  } catch (error) {
    throw row.error('scp_codes', `a Python dict of codes and likelihoods (${(error as SyntaxError).message})`);
  }
}

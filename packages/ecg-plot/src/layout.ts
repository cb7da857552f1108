/** Paper speed: one second is 25 mm, one small square 40 ms. */
export const MM_PER_SECOND = 25;
/** Gain: one millivolt is 10 mm, one small square 0.1 mV. */
export const MM_PER_MV = 10;

/** The usual order of the printed leads: four columns of three, then the rhythm strip. */
const STANDARD_ROWS = [
  ['I', 'aVR', 'V1', 'V4'],
  ['II', 'aVL', 'V2', 'V5'],
  ['III', 'aVF', 'V3', 'V6'],
] as const;
const RHYTHM_LEAD = 'II';

/** Of a longer record the beginning is drawn. */
export const SECONDS_ON_PAPER = 10;
const ROW_MM = 30; // baseline to baseline: 3 mV, so that ordinary QRS complexes stay in their row
const FIRST_BASELINE_MM = 25; // room for tall complexes in the first row, which has no row above it
const BELOW_MM = 15;
const CALIBRATION_MM = 15; // the left part of each row, where the calibration pulse is
const RIGHT_MM = 5;

/** A piece of one lead: where it starts on the paper and which seconds it shows. All lengths in mm. */
export interface Strip {
  /** Index into the record's leads. */
  lead: number;
  /** What is printed: the usual name on the paper of twelve leads ('aVR'), else the record's. */
  label: string;
  /** Start of the trace. */
  x: number;
  /** Height of the baseline, the trace's zero line, from the top of the grid. */
  baseline: number;
  /** How far the trace may go up from there: to the baseline of the row above, or the end of the grid. */
  above: number;
  /** How far it may go down: to the baseline of the row below, or the end of the grid. */
  below: number;
  /** Where the piece begins, in seconds from the start of the record. */
  from: number;
  /** Where it ends, in seconds; at most where the record does. */
  to: number;
  /** True for all but the first strip of a row: a column separator stands before it. */
  separated: boolean;
}

/** Where everything stands on the grid, all in mm from its top left corner. */
export interface PaperLayout {
  /** Of the grid: 270, the pulse, 10 s and a margin, however long the record is. */
  width: number;
  /** Of the grid: 130 for four rows, 30 less or more for every row. */
  height: number;
  /** Where the traces start; the calibration pulses are to the left of it. */
  traceX: number;
  /** Baselines of the rows, one calibration pulse each. */
  rows: number[];
  /** Row by row from the top, each from left to right; without those that a short record leaves empty. */
  strips: Strip[];
  /** Seconds shown from the start of the record, at most 10. */
  seconds: number;
}

/**
 * Plans the print of a record: 4x3 with a rhythm strip of lead II where all twelve leads are there, each once, otherwise one
 * row per lead. At most the first 10 s are shown, 250 mm of paper.
 *
 * @param leads names in any order and case
 * @param duration of the record in seconds
 */
export function planPaper(leads: string[], duration: number): PaperLayout {
  const seconds = Math.min(duration, SECONDS_ON_PAPER);
  const byName = new Map<string, number[]>();
  for (const [index, name] of leads.entries()) {
    const key = name.trim().toUpperCase();
    byName.set(key, [...(byName.get(key) ?? []), index]);
  }
  // of a lead that is there twice neither may hide the other
  const standard = STANDARD_ROWS.flat().every((name) => byName.get(name.toUpperCase())?.length === 1);
  const rowsOfLeads: { label: string; lead: number }[][] = standard
    ? [...STANDARD_ROWS, [RHYTHM_LEAD]].map((row) =>
        row.map((label) => ({ label, lead: byName.get(label.toUpperCase())![0] })),
      )
    : leads.map((label, lead) => [{ label, lead }]);

  const rows = rowsOfLeads.map((_, row) => FIRST_BASELINE_MM + row * ROW_MM);
  const strips = rowsOfLeads.flatMap((row, r) => {
    const slot = SECONDS_ON_PAPER / row.length;
    return row.map(({ label, lead }, column) => ({
      lead,
      label,
      x: CALIBRATION_MM + column * slot * MM_PER_SECOND,
      baseline: rows[r],
      above: Math.min(ROW_MM, rows[r]),
      below: r < rows.length - 1 ? ROW_MM : BELOW_MM,
      from: column * slot,
      to: Math.min((column + 1) * slot, seconds),
      separated: column > 0,
    }));
  });
  return {
    width: CALIBRATION_MM + SECONDS_ON_PAPER * MM_PER_SECOND + RIGHT_MM,
    height: rows[rows.length - 1] + BELOW_MM,
    traceX: CALIBRATION_MM,
    rows,
    strips: strips.filter(({ from, to }) => to > from),
    seconds,
  };
}

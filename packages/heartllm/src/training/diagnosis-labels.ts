import { findings, type PtbXl, type PtbXlRow } from '@heartllm/ecg-datasets';

/** What fewer training recordings show is not learned from. */
const RARE = 20;

/** Labels for the tokenizer's auxiliary loss: every symptom that is asked about, 1 present, 0 absent, NaN not known. */
export class DiagnosisLabels {
  /** Symptoms with their topic, as 'rhythm/sinus bradycardia'. */
  readonly names: string[];
  readonly #statements: PtbXl['statements'];

  /** @param rows whose common symptoms become labels */
  constructor(rows: readonly PtbXlRow[], statements: PtbXl['statements']) {
    this.#statements = statements;
    const counts = new Map<string, number>();
    for (const row of rows) {
      for (const [name, label] of labelsOf(row, statements)) counts.set(name, (counts.get(name) ?? 0) + (label || 0));
    }
    this.names = [...counts].flatMap(([name, count]) => (count >= RARE ? [name] : [])).sort();
    if (!this.names.length) {
      throw new Error(`too few recordings for diagnoses: no symptom is shown by ${RARE} of ${rows.length}`);
    }
  }

  /** @param row undefined where its labels cannot be read: then none is known */
  of(row: PtbXlRow | undefined): Float32Array {
    const labels = row ? labelsOf(row, this.#statements) : new Map<string, number>();
    return Float32Array.from(this.names, (name) => labels.get(name) ?? Number.NaN);
  }
}

function labelsOf(row: PtbXlRow, statements: PtbXl['statements']): Map<string, number> {
  const labels = new Map<string, number>();
  for (const [topic, found] of findings(row, statements)) {
    for (const [name, finding] of found) {
      labels.set(`${topic}/${name}`, finding === 'present' ? 1 : finding === 'absent' ? 0 : Number.NaN);
    }
  }
  return labels;
}

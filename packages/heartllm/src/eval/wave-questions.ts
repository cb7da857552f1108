/** The parts of a beat that can be asked about. */
export const ASKED_PARTS = ['P', 'QRS', 'ST', 'T'] as const;
export type AskedPart = (typeof ASKED_PARTS)[number];

/** Statements of PTB-XL that are read off one part of the beat, in ECG-QA's names; the most telling first. */
const SYMPTOMS: Record<AskedPart, readonly string[]> = {
  P: ['left atrial overload/enlargement', 'right atrial overload/enlargement', 'prolonged pr interval'],
  QRS: ['abnormal qrs', 'q waves present', 'complete left bundle branch block'],
  ST: ['non-specific st depression', 'non-specific st elevation', 'non-specific st changes'],
  T: ['inverted t-waves', 't-wave abnormality', 'low amplitude t-wave'],
};

/** As many questions about a part as there can be. */
export const MOST_PER_PART = 3;

/** Yes/no questions about parts of the beat, in ECG-QA's wording: so many about each part. */
export function waveQuestions(perPart: number): { part: AskedPart; question: string }[] {
  return ASKED_PARTS.flatMap((part) =>
    SYMPTOMS[part]
      .slice(0, perPart)
      .map((symptom) => ({ part, question: `Does this ECG show symptoms of ${symptom}?` })),
  );
}

/** To begin with: one yes or no, one choice, one open question, in ECG-QA's wording. */
export const SUGGESTIONS = [
  'Does this ECG show symptoms of myocardial infarction?',
  'Which symptom does this ECG show, normal ecg or myocardial infarction?',
  'What diagnostic class does this ECG belong to?',
];

/** More of them, offered while somebody types. */
export const QUESTIONS = [
  ...SUGGESTIONS,
  'Is this ECG normal?',
  'Does this ECG show symptoms of conduction disturbance?',
  'Does this ECG show symptoms of hypertrophy?',
  'Does this ECG show symptoms of st/t change?',
  'Does this ECG show symptoms of left bundle branch block?',
  'Does this ECG show symptoms of atrial fibrillation?',
  'What direction is this ECG deviated to?',
  'What kind of noises does this ECG show?',
];

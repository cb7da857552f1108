import type { Finding, Topic } from './ptbxl/findings.ts';
import { type Question, verifyQuestion } from './ptbxl/questions.ts';
import type { DatasetName, EcgRow } from './row.ts';

type Test = (labels: readonly string[]) => boolean;

/** What is asked about, the labels by which the answer is yes, and those by which it is neither yes nor no. */
type Rule = readonly [topic: Topic, name: string, present: Test, uncertain?: Test];

const has =
  (pattern: RegExp): Test =>
  (labels) =>
    labels.some((label) => pattern.test(label));
const lacks =
  (pattern: RegExp): Test =>
  (labels) =>
    !has(pattern)(labels);
const hasOnly =
  (pattern: RegExp): Test =>
  (labels) =>
    labels.length > 0 && labels.every((label) => pattern.test(label));

const SINUS_VARIANT = /^(sinus (bradycardia|tachycardia|arrhythmia)|irregular sinus rhythm)/;
const AXIS = /^electric axis of the heart: (normal|left|right)/;
const OPEN_ISCHEMIA = /^undefined ischemia/;

/**
 * Labels of other data sets in the words of PTB-XL's questions; labels in lower case. Where a data set's label is wider or
 * narrower than PTB-XL's statement, or may include it, the answer is uncertain and nothing is asked.
 */
const RULES: Partial<Record<DatasetName, readonly Rule[]>> = {
  ludb: [
    // LUDB has no label for normal: here it is sinus rhythm, an axis that is not deviated, and nothing else
    ['superclass', 'normal ecg', hasOnly(/^sinus rhythm$|^electric axis of the heart: (normal|vertical|horizontal)/)],
    ['superclass', 'myocardial infarction', has(/^(stemi|scar formation)/), has(OPEN_ISCHEMIA)],
    [
      'superclass',
      'st/t change',
      has(/^(ischemia|non-specific repolarization)/),
      has(/^(undefined ischemia|stemi|scar formation)/),
    ],
    ['superclass', 'conduction disturbance', has(/bundle branch block|av.block|hemiblock|conduction delay/)],
    ['superclass', 'hypertrophy', has(/hypertrophy|overload/)],
    ['diagnostic', 'complete right bundle branch block', has(/^complete right bundle/)],
    ['diagnostic', 'incomplete right bundle branch block', has(/^incomplete right bundle/)],
    ['diagnostic', 'complete left bundle branch block', has(/^complete left bundle/)],
    ['diagnostic', 'incomplete left bundle branch block', has(/^incomplete left bundle/)],
    ['diagnostic', 'left anterior fascicular block', has(/^left anterior hemiblock/)],
    ['diagnostic', 'first degree av block', has(/^i degree av.block/)],
    ['diagnostic', 'third degree av block', has(/^iii degree av.block/)],
    [
      'diagnostic',
      'left ventricular hypertrophy',
      has(/^left ventricular hypertrophy/),
      has(/^left ventricular overload/),
    ],
    [
      'diagnostic',
      'right ventricular hypertrophy',
      has(/^right ventricular hypertrophy/),
      has(/^right ventricular overload/),
    ],
    ['diagnostic', 'left atrial overload/enlargement', has(/^left atrial (hypertrophy|overload)/)],
    ['diagnostic', 'right atrial overload/enlargement', has(/^right atrial (hypertrophy|overload)/)],
    ['rhythm', 'sinus rhythm', has(/^sinus rhythm/), has(SINUS_VARIANT)],
    ['rhythm', 'sinus bradycardia', has(/^sinus bradycardia/)],
    ['rhythm', 'sinus tachycardia', has(/^sinus tachycardia/)],
    ['rhythm', 'sinus arrhythmia', has(/^sinus arrhythmia/), has(/^irregular sinus rhythm/)],
    ['rhythm', 'atrial fibrillation', has(/^atrial fibrillation/)],
    ['rhythm', 'atrial flutter', has(/^atrial flutter/)],
    ['rhythm', 'normal functioning artificial pacemaker', has(/pacing|pacemaker presence/)],
    ['axis', 'normal heart axis', has(/axis of the heart: normal/), lacks(AXIS)],
    ['axis', 'left axis deviation', has(/left axis deviation/), lacks(AXIS)],
    ['axis', 'right axis deviation', has(/right axis deviation/), lacks(AXIS)],
    ['extra systole', 'ventricular extrasystoles', has(/^ventricular extrasystole/)],
    ['extra systole', 'supraventricular extrasystoles', has(/^atrial extrasystole/)],
  ],
  'code-15': [
    ['superclass', 'normal ecg', has(/^normal ecg$/)],
    // other disturbances have no label here, so that only a normal ECG has none for certain
    ['superclass', 'conduction disturbance', has(/block$/), lacks(/^normal ecg$/)],
    ['diagnostic', 'first degree av block', has(/^first degree av block/)],
    ['diagnostic', 'complete right bundle branch block', has(/^right bundle branch block/)],
    ['diagnostic', 'complete left bundle branch block', has(/^left bundle branch block/)],
    ['rhythm', 'sinus bradycardia', has(/^sinus bradycardia/)],
    ['rhythm', 'sinus tachycardia', has(/^sinus tachycardia/)],
    ['rhythm', 'atrial fibrillation', has(/^atrial fibrillation/)],
  ],
};

/**
 * The yes/no questions of PTB-XL's vocabulary that the labels of LUDB or CODE-15% answer, for scoring a model on a data set
 * that it was not trained on. The mapping is the table above it, and in the README; what is not labelled counts as absent.
 *
 * @throws RangeError for a row of another data set
 */
export function labelQuestions(row: EcgRow): Question[] {
  const rules = RULES[row.dataset];
  if (!rules) throw new RangeError(`${row.dataset}: expected ludb or code-15, whose labels are mapped to questions`);
  const labels = row.labels.map(({ name }) => name.toLowerCase());
  const ecgId = Number(row.identity.ecg);
  return rules.flatMap(([topic, name, present, uncertain]) => {
    const found = new Map([[name, finding(labels, present, uncertain)]]);
    return verifyQuestion(ecgId, topic, found, name) ?? [];
  });
}

function finding(labels: readonly string[], present: Test, uncertain: Test = () => false): Finding {
  if (present(labels)) return 'present';
  return uncertain(labels) ? 'uncertain' : 'absent';
}

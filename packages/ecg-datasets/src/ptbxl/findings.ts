import { SUPERCLASS_NAMES, symptomName } from './names.ts';
import type { PtbXlRow } from './row.ts';
import { type ScpStatement, SUPERCLASSES } from './statement.ts';

/** What questions about PTB-XL's codes are about. */
export const TOPICS = [
  'superclass',
  'diagnostic',
  'form',
  'rhythm',
  'axis',
  'infarction stage',
  'noise',
  'extra systole',
] as const;
/** One of {@link TOPICS}. */
export type Topic = (typeof TOPICS)[number];

/**
 * What PTB-XL says about one symptom of one ECG.
 * - `present`, `absent`: stated, so that a question about it has an answer.
 * - `implied`: not stated, but what is stated includes it or may (sinus bradycardia is a sinus rhythm): "no" would be wrong.
 * - `uncertain`: stated with a likelihood under 50, from 'consider' to 'cannot be ruled out': neither yes nor no.
 */
export type Finding = 'present' | 'absent' | 'implied' | 'uncertain';

/** Statements (right) that include another one (left) or may, although PTB-XL's labels state only the right one. */
const IMPLIED_BY: Record<string, string[]> = {
  SR: ['SBRAD', 'STACH', 'SARRH'],
  AMI: ['ASMI', 'ALMI'],
  IMI: ['ILMI', 'IPMI', 'IPLMI'],
  LMI: ['ALMI', 'ILMI', 'IPLMI'],
  PMI: ['IPMI', 'IPLMI'],
  ISC_: ['ISCAL', 'ISCAN', 'ISCAS', 'ISCIL', 'ISCIN', 'ISCLA'],
  LPR: ['1AVB'],
  VCLVH: ['LVH'],
  HVOLT: ['LVH', 'VCLVH', 'RVH'],
  ABQRS: ['CLBBB', 'CRBBB', 'ILBBB', 'IRBBB', 'IVCD', 'WPW', 'QWAVE', 'LVOLT', 'HVOLT', 'VCLVH'],
  TAB_: ['NDT', 'NT_', 'INVT', 'LOWT'],
  NT_: ['NDT', 'INVT', 'LOWT', 'TAB_'],
  NDT: ['NT_', 'LOWT', 'TAB_'],
  NST_: ['STD_', 'STE_'],
  'PRC(S)': ['PVC', 'PAC'],
  PVC: ['PRC(S)', 'BIGU', 'TRIGU'],
  PAC: ['PRC(S)', 'BIGU', 'TRIGU', 'SVARR'],
};

/** Linkstyp and ueberdrehter Linkstyp both count as left. Borderline and upright axes (AXL, AXR, SAG) are not asked about. */
const AXES: Record<string, string> = {
  MID: 'normal heart axis',
  LAD: 'left axis deviation',
  ALAD: 'left axis deviation',
  RAD: 'right axis deviation',
  ARAD: 'right axis deviation',
};

const STAGES: Record<string, string> = {
  'Stadium I': 'early stage of myocardial infarction',
  'Stadium I-II': 'middle stage of myocardial infarction',
  'Stadium II': 'middle stage of myocardial infarction',
  'Stadium II-III': 'old stage of myocardial infarction',
  'Stadium III': 'old stage of myocardial infarction',
};

/** Statements of extra beats that leave open where the beats come from. */
const OPEN_ECTOPY = ['PRC(S)', 'BIGU', 'TRIGU'];
const PREMATURE_COMPLEXES = ['PVC', 'PAC', 'PRC(S)'];

/**
 * Everything that PTB-XL states about an ECG, symptom by symptom. A topic is absent where nothing is known: no heart
 * axis was noted, or no rhythm. An ECG without SCP codes was not labelled and has no findings at all.
 *
 * @param statements as {@link openPtbxl} reads them
 * @returns findings by topic and, within it, by the symptom's name in ECG-QA's words
 */
export function findings(
  row: PtbXlRow,
  statements: ReadonlyMap<string, ScpStatement>,
): Map<Topic, Map<string, Finding>> {
  const all = new Map<Topic, Map<string, Finding>>();
  if (Object.keys(row.scpCodes).length === 0) return all;
  const table = [...statements.values()];
  const ofCodes = (chosen: ScpStatement[]) =>
    new Map(chosen.map((statement) => [symptomName(statement), codeFinding(row, statement.code)]));

  all.set('superclass', superclassFindings(row, table));
  all.set('diagnostic', ofCodes(table.filter((s) => s.diagnostic && s.superclass !== 'NORM')));
  all.set('form', ofCodes(table.filter((s) => s.form)));
  const rhythms = table.filter((s) => s.rhythm);
  if (rhythms.some((s) => s.code in row.scpCodes)) all.set('rhythm', ofCodes(rhythms));
  if (row.heartAxis in AXES) all.set('axis', oneOf(AXES, [AXES[row.heartAxis]]));
  const stages = stageFindings(row, statements);
  if (stages) all.set('infarction stage', stages);
  all.set('noise', noiseFindings(row));
  all.set('extra systole', extraSystoleFindings(row));
  return all;
}

function codeFinding(row: PtbXlRow, code: string): Finding {
  if (code in row.scpCodes) return isSure(row.scpCodes[code]) ? 'present' : 'uncertain';
  if (PREMATURE_COMPLEXES.includes(code) && row.extraBeats !== '') return 'implied'; // noted in the other column
  return (IMPLIED_BY[code] ?? []).some((narrower) => narrower in row.scpCodes) ? 'implied' : 'absent';
}

/** PTB-XL's 0 means that no likelihood was given; 50 is "possible" or "probable", 35 "consider", 15 "cannot be ruled out". */
function isSure(likelihood: number): boolean {
  return likelihood === 0 || likelihood >= 50;
}

function superclassFindings(row: PtbXlRow, table: readonly ScpStatement[]): Map<string, Finding> {
  return new Map(
    SUPERCLASSES.map((superclass) => {
      const stated = table.filter((s) => s.superclass === superclass && s.code in row.scpCodes);
      const sure = stated.some((s) => isSure(row.scpCodes[s.code]));
      return [SUPERCLASS_NAMES[superclass], sure ? 'present' : stated.length > 0 ? 'uncertain' : 'absent'];
    }),
  );
}

/** Without an infarction every stage is absent; with one whose stage is not known nothing can be said. */
function stageFindings(row: PtbXlRow, statements: ReadonlyMap<string, ScpStatement>): Map<string, Finding> | undefined {
  const infarcted = Object.keys(row.scpCodes).some((code) => statements.get(code)?.superclass === 'MI');
  if (!infarcted && row.infarctionStadium.length === 0) return oneOf(STAGES, []);
  const stages = row.infarctionStadium.map((stadium) => STAGES[stadium]);
  return stages.length > 0 && stages.every((stage) => stage !== undefined) ? oneOf(STAGES, stages) : undefined;
}

function noiseFindings(row: PtbXlRow): Map<string, Finding> {
  const noted = (text: string): Finding => (text === '' ? 'absent' : 'present');
  return new Map([
    ['baseline drift', noted(row.baselineDrift)],
    ['static noise', noted(row.staticNoise)],
    ['burst noise', noted(row.burstNoise)],
    ['electrodes problems', noted(row.electrodesProblems)],
  ]);
}

/** The column may leave the kind open ('2ES'), and a premature complex among the codes is not always noted there. */
function extraSystoleFindings(row: PtbXlRow): Map<string, Finding> {
  const ventricular = /(^|[^S])VES/.test(row.extraBeats);
  const supraventricular = /SVES/.test(row.extraBeats);
  const kindOpen = row.extraBeats !== '' && !ventricular && !supraventricular;
  const finding = (noted: boolean, codes: readonly string[]): Finding => {
    if (noted) return 'present';
    return kindOpen || codes.some((code) => code in row.scpCodes) ? 'uncertain' : 'absent';
  };
  return new Map([
    ['ventricular extrasystoles', finding(ventricular, ['PVC', ...OPEN_ECTOPY])],
    ['supraventricular extrasystoles', finding(supraventricular, ['PAC', 'SVARR', ...OPEN_ECTOPY])],
  ]);
}

function oneOf(names: Record<string, string>, present: readonly string[]): Map<string, Finding> {
  return new Map(Object.values(names).map((name) => [name, present.includes(name) ? 'present' : 'absent']));
}

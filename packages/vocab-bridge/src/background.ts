import { VocabularyError } from './error.ts';

/** What a report prompt may say about a patient; a value that is not known is left out or NaN. */
export interface Patient {
  /** Years. */
  age?: number;
  /** As PTB-XL codes it: 0 male, 1 female. */
  sex?: number;
  /** Centimetres. */
  height?: number;
  /** Kilograms. */
  weight?: number;
}

/** The published background goes on with recording details, which the published prompt leaves out. */
const RECORDING_DETAILS = 'Recording Details';

/** Words in the name of a field that tell who the patient is, or who took the ECG, where and when. */
const IDENTIFYING = new Set(
  'id ids identifier name surname mrn ssn dob birth birthday birthdate date address phone telephone mail email accession insurance nurse physician doctor hospital'.split(
    ' ',
  ),
);

/**
 * The background of a report prompt in the wording of the published PTB-XL lists, without their patient ID:
 * `Patient Information: - Age: 56; - Sex: 1; - Height: nan; - Weight: 63; ` (the space at the end is the published one).
 *
 * @throws VocabularyError for a sex that is neither 0 nor 1
 */
export function patientBackground({ age, sex, height, weight }: Patient): string {
  if (sex !== undefined && !Number.isNaN(sex) && sex !== 0 && sex !== 1) {
    throw new VocabularyError(`sex: expected 0 (male) or 1 (female), found ${sex}`);
  }
  return `Patient Information: - Age: ${known(age)}; - Sex: ${known(sex)}; - Height: ${known(height)}; - Weight: ${known(weight)}; `;
}

/**
 * A background without its identifying items: of `- Patient ID: 15709; - Age: 56; ` the age remains. Items end with
 * `;`; one goes when its field names an ID, a name, a date, an address, a phone number or the like.
 *
 * It knows fields by their names only. It does not find a name in the middle of a sentence: free text about a patient
 * must be cleared before it comes here.
 */
export function withoutIdentifiers(background: string): string {
  return items(background)
    .map(({ heading, item }) => {
      // Up to the last colon, so that an item which runs several fields together goes as a whole.
      const colon = item.lastIndexOf(':');
      return colon >= 0 && isIdentifying(item.slice(0, colon)) ? heading : heading + item;
    })
    .join('');
}

/** The part of a background that the published prompt uses: everything before the recording details. */
export function withoutRecordingDetails(background: string): string {
  return background.split(RECORDING_DETAILS)[0];
}

/** Splits `Patient Information: - Age: 56; - Sex: 1; ` after each `;`, headings apart from their first item. */
function items(background: string): { heading: string; item: string }[] {
  return (background.match(/[^;]+(?:;\s*|$)|;/g) ?? []).map((text) => {
    const dash = text.indexOf(': - ');
    const split = dash < 0 ? 0 : dash + 2;
    return { heading: text.slice(0, split), item: text.slice(split) };
  });
}

/** `Patient ID`, `patient_id` and `patientId` alike. */
function isIdentifying(field: string): boolean {
  const words = field
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => IDENTIFYING.has(word));
}

function known(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? 'nan' : String(value);
}

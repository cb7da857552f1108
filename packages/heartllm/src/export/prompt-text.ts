import { type EcgVocabulary, questionPrompt, reportPrompt } from '@heartllm/vocab-bridge';

/** A prompt as text around what is filled in; the codes of the ECG stand between `before` and `after`. */
export interface PromptText {
  before: string;
  after: string;
}

/** What stands in a prompt's text for the question. */
export const QUESTION = '{question}';
/** What stands in a prompt's text for what is known about the patient. */
export const BACKGROUND = '{background}';

/** The two prompts as other tools have to spell them, control words written out. */
export function promptTexts(vocabulary: EcgVocabulary): { question: PromptText; report: PromptText } {
  const codes = [0];
  return {
    question: spell(vocabulary, questionPrompt(vocabulary, { codes, question: QUESTION })),
    report: spell(vocabulary, reportPrompt(vocabulary, { codes, background: BACKGROUND })),
  };
}

/** Ids with code 0 as the only one of an ECG. */
function spell(vocabulary: EcgVocabulary, ids: number[]): PromptText {
  const { bosId, bosToken, startEcgId, endEcgId, firstCodeId } = vocabulary;
  const control = new Map([
    [bosId, bosToken],
    [startEcgId, '<|start_ecg|>'],
    [endEcgId, '<|end_ecg|>'],
  ]);
  const text = (part: number[]) => {
    let written = '';
    let plain: number[] = [];
    for (const id of [...part, -1]) {
      const word = control.get(id);
      if (word === undefined && id >= 0) plain.push(id);
      else {
        written += vocabulary.decodeText(plain) + (word ?? '');
        plain = [];
      }
    }
    return written;
  };
  const at = ids.indexOf(firstCodeId);
  return { before: text(ids.slice(0, at)), after: text(ids.slice(at + 1)) };
}

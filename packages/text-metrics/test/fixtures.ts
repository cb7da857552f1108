import { testFiles } from '@heartllm/testing';
import type { RougeScores } from '../src/index.ts';

export interface Pair {
  category: string;
  prediction: string;
  reference: string;
  bleu: Record<'bleu1' | 'bleu2' | 'bleu3' | 'bleu4', number>;
  rouge: RougeScores;
  meteor: { exact_stem: number; full: number };
}

export interface Answer {
  prediction: string;
  answers: string[];
  correct: boolean;
  made_as: string;
  question_type: string;
  attribute_type: string;
}

type Count = { correct: number; n: number };

/** As HeartLLM's cal_acc_qtype, cal_acc_atype and cal_detail_acc count. */
export interface AnswerCounts {
  overall: Count;
  by_question_type: Record<string, Count>;
  by_attribute_type: Record<string, Count>;
  detail_single_only: Record<string, Record<string, Count>>;
}

const files = testFiles(import.meta.url, './fixtures/');

async function readJson<T>(name: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await files.read(name)));
}

export const { pairs, synonyms } = await readJson<{ pairs: Pair[]; synonyms: Record<string, string[]> }>('pairs.json');
export const stems = await readJson<Record<string, string>>('porter-stems.json');
export const answers = await readJson<Answer[]>('answers.json');
export const answerCounts = await readJson<AnswerCounts>('answer-counts.json');

import { Llama } from '@heartllm/lora-llm';
import type { NewLlmRecipe } from '@heartllm/training';
import { EcgVocabulary, patientBackground, questionPrompt, reportPrompt, trainBpe } from '@heartllm/vocab-bridge';
import type { LanguageData } from './language-data.ts';

/** The prompts frame every example: so often among the texts, their words become words of the vocabulary. */
const PROMPT_WEIGHT = 200;

/** A small Llama with random weights, for when there is no base model: its vocabulary is learned from the texts. */
export function newLanguageModel(
  data: LanguageData,
  codes: number,
  seed: number,
  { textWords, ...size }: NewLlmRecipe,
): { llama: Llama; vocabulary: EcgVocabulary } {
  const vocabulary = new EcgVocabulary(trainBpe(textsOf(data), { vocabSize: textWords }), { codes });
  const llama = Llama.create(
    {
      ...size,
      vocabSize: vocabulary.size,
      tieWordEmbeddings: true,
      bosTokenId: vocabulary.bosId,
      eosTokenIds: [vocabulary.eosId],
    },
    seed,
  );
  return { llama, vocabulary };
}

function textsOf({ questions, reports }: LanguageData): string[] {
  const bytes = new EcgVocabulary(trainBpe(['a'], { vocabSize: 258 }));
  const frame = [
    questionPrompt(bytes, { codes: [], question: '' }),
    reportPrompt(bytes, { codes: [], background: patientBackground({}) }),
  ].map((ids) => bytes.decodeText(ids));
  return [
    ...Array.from({ length: PROMPT_WEIGHT }, () => frame).flat(),
    ...questions.flatMap(({ question, answer = '' }) => [question, answer]),
    ...reports.flatMap(({ report = '' }) => [report]),
  ];
}

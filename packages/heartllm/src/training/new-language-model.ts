import { Llama } from '@heartllm/lora-llm';
import { EcgVocabulary, patientBackground, questionPrompt, reportPrompt, trainBpe } from '@heartllm/vocab-bridge';
import type { LanguageData } from './language-data.ts';

/** Words of text of a new model; with the ECG vocabulary about 2,300 in all. */
const TEXT_WORDS = 1000;
/** The prompts frame every example: so often among the texts, their words become words of the vocabulary. */
const PROMPT_WEIGHT = 200;

/** A small Llama with random weights, for when there is no base model: its vocabulary is learned from the texts. */
export function newLanguageModel(data: LanguageData, codes: number, seed: number) {
  const vocabulary = new EcgVocabulary(trainBpe(textsOf(data), { vocabSize: TEXT_WORDS }), { codes });
  const llama = Llama.create(
    {
      vocabSize: vocabulary.size,
      hiddenSize: 128,
      intermediateSize: 352,
      numHiddenLayers: 3,
      numAttentionHeads: 2,
      numKeyValueHeads: 1,
      maxPositionEmbeddings: 1024,
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

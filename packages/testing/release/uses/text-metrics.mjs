import { meteor, rouge, sentenceBleu, splitWords } from '@heartllm/text-metrics';

export async function use() {
  const reference = 'sinus rhythm with left axis deviation';
  const prediction = 'sinus rhythms with left deviation';
  const [r, h] = [splitWords(reference), splitWords(prediction)];
  const bleu = sentenceBleu(r, h, { weights: [0.5, 0.5], smoothing: 'method1' });
  return [bleu, meteor(r, h), rouge(prediction, reference)['rouge-l'].f].map((score) => score.toFixed(6)).join(' ');
}

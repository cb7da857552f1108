import { Knowledge } from '@heartllm/constrain';

export async function use() {
  const knowledge = new Knowledge();
  return knowledge.contradiction('sinus rhythm', 'atrial fibrillation');
}

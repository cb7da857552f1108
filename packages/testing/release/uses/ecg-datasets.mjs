import { englishReport, openPtbxl, questionsFor } from '@heartllm/ecg-datasets';

export async function use({ open }) {
  const { rows, statements } = await openPtbxl(open('data'));
  return `${rows.length} rows, ${questionsFor(rows[0], statements).length} questions, ${englishReport(rows[0], statements)}`;
}

/**
 * ```ts
 * import { useBackend } from '@heartllm/backend';
 * import { readRecord } from '@heartllm/ecg-io';
 * import { folderSource } from '@heartllm/ecg-io/node';
 * import { HeartLlm } from 'heartllm';
 *
 * await useBackend();
 * const model = await HeartLlm.load(); // the embedded model
 * const record = await readRecord(folderSource('examples/data/ptbxl'), 'records500/00000/00913_hr');
 * const { text } = await model.ask(record, 'Is this ECG normal?');
 * ```
 */

export { NOT_A_DEVICE } from './html-page.ts';
export type { LanguageModel } from './language-model.ts';
export { MANIFEST_FILE, ModelFolderError, type ModelManifest, parseManifest } from './model-manifest.ts';
export { HeartLlm } from './pipeline.ts';
export { type ReportPage, reportHtml } from './report-html.ts';
export type {
  Answer,
  AskOptions,
  Ecg,
  EcgInput,
  Generated,
  ReconstructedEcg,
  Report,
  ReportOptions,
  TokenizedEcg,
} from './results.ts';
export type { AnswerAttention, AttentionMap, TokenAttention } from './why/attention.ts';
export type { ExplainEvent, ExplainOptions, Explanation } from './why/explain.ts';
export type { OccludedWindow, OcclusionEvent, OcclusionOptions } from './why/occlusion.ts';
export { rankCorrelation } from './why/rank-correlation.ts';
export { rollout } from './why/rollout.ts';
export type { PageWhy } from './why/section.ts';

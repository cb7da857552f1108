import type { CheckReport } from '@heartllm/ecg-datasets';

/** Data sets as people call them. */
export const DATASET_NAMES: Record<CheckReport['dataset'], string> = {
  'ptb-xl': 'PTB-XL',
  'mimic-iv-ecg': 'MIMIC-IV-ECG',
  'code-15': 'CODE-15%',
  ludb: 'LUDB',
  challenge: 'PhysioNet/CinC Challenge',
  'ecg-qa': 'ECG-QA',
  heartllm: "HeartLLM's lists",
  wfdb: 'WFDB records',
};

/** An annotation code, its mnemonic and its meaning. */
export interface AnnotationLabel {
  /** 1 to 58; 42 to 49 are left to users. */
  labelStore: number;
  /** Without spaces, mostly one character. */
  symbol: string;
  /** In words, 'Normal beat'; '' where the file gives none. */
  description: string;
}

const STANDARD: [number, string, string][] = [
  [1, 'N', 'Normal beat'],
  [2, 'L', 'Left bundle branch block beat'],
  [3, 'R', 'Right bundle branch block beat'],
  [4, 'a', 'Aberrated atrial premature beat'],
  [5, 'V', 'Premature ventricular contraction'],
  [6, 'F', 'Fusion of ventricular and normal beat'],
  [7, 'J', 'Nodal (junctional) premature beat'],
  [8, 'A', 'Atrial premature contraction'],
  [9, 'S', 'Premature or ectopic supraventricular beat'],
  [10, 'E', 'Ventricular escape beat'],
  [11, 'j', 'Nodal (junctional) escape beat'],
  [12, '/', 'Paced beat'],
  [13, 'Q', 'Unclassifiable beat'],
  [14, '~', 'Signal quality change'],
  [16, '|', 'Isolated QRS-like artifact'],
  [18, 's', 'ST change'],
  [19, 'T', 'T-wave change'],
  [20, '*', 'Systole'],
  [21, 'D', 'Diastole'],
  [22, '"', 'Comment annotation'],
  [23, '=', 'Measurement annotation'],
  [24, 'p', 'P-wave peak'],
  [25, 'B', 'Left or right bundle branch block'],
  [26, '^', 'Non-conducted pacer spike'],
  [27, 't', 'T-wave peak'],
  [28, '+', 'Rhythm change'],
  [29, 'u', 'U-wave peak'],
  [30, '?', 'Learning'],
  [31, '!', 'Ventricular flutter wave'],
  [32, '[', 'Start of ventricular flutter/fibrillation'],
  [33, ']', 'End of ventricular flutter/fibrillation'],
  [34, 'e', 'Atrial escape beat'],
  [35, 'n', 'Supraventricular escape beat'],
  [36, '@', 'Link to external data (the note holds a URL)'],
  [37, 'x', 'Non-conducted P-wave (blocked APB)'],
  [38, 'f', 'Fusion of paced and normal beat'],
  [39, '(', 'Waveform onset'],
  [40, ')', 'Waveform end'],
  [41, 'r', 'R-on-T premature ventricular contraction'],
];

/** The annotation codes of the WFDB library, https://archive.physionet.org/physiobank/annotations.shtml. */
export const ANNOTATION_LABELS: readonly AnnotationLabel[] = STANDARD.map(([labelStore, symbol, description]) => ({
  labelStore,
  symbol,
  description,
}));

/** Labels by code, the custom ones above the standard ones; a code without a label is shown as the C library shows it, '[55]'. */
export function labelTable(custom: readonly AnnotationLabel[]): AnnotationLabel[] {
  const table = Array.from({ length: 59 }, (_, code) => ({ labelStore: code, symbol: `[${code}]`, description: '' }));
  for (const label of [...ANNOTATION_LABELS, ...custom]) table[label.labelStore] = label;
  return table;
}

/**
 * ECG recordings in, from a folder, Blobs, a URL or memory.
 *
 * ```ts
 * import { httpSource, readRecord } from '@heartllm/ecg-io';
 *
 * const source = httpSource('https://physionet.org/files/ptb-xl/1.0.3/');
 * const record = await readRecord(source, 'records500/00000/00001_hr', { channels: ['II', 'V1'], from: 0, to: 500 });
 * record.signal[0]; // Float32Array(500), lead II in mV
 * ```
 */

export { blobSource, httpSource, memorySource, type Source, SourceError } from '@heartllm/source';
export type { Axis } from './array/axes.ts';
export { type CsvOptions, readCsv } from './csv/read-csv.ts';
export { type EdfAnnotation, readEdfAnnotations } from './edf/annotations.ts';
export { type EdfOptions, readEdf } from './edf/read-edf.ts';
export { EcgFileError, type FilePlace } from './file-error.ts';
export type { Hdf5Exams } from './hdf5/exams.ts';
export type { Hdf5Layout } from './hdf5/layout.ts';
export { openHdf5 } from './hdf5/open-hdf5.ts';
export { type NumpyOptions, readNpy } from './numpy/read-npy.ts';
export { readNpz } from './numpy/read-npz.ts';
export { channelsFor } from './prepare/channels-for.ts';
export { PrepareError } from './prepare/error.ts';
export { fillGaps, type GapPolicy } from './prepare/fill-gaps.ts';
export { removeBaseline, removeMains } from './prepare/filters.ts';
export { canonicalLead, printedLead } from './prepare/lead-names.ts';
export { type PrepareOptions, prepare } from './prepare/prepare.ts';
export { withShortestFrames } from './prepare/record-leads.ts';
export { resample } from './prepare/resample.ts';
export { selectLeads } from './prepare/select-leads.ts';
export { crop, type EcgWindow, pad, windows } from './prepare/windows.ts';
export { type ZScored, zScore } from './prepare/z-score.ts';
export type { EcgMeta, EcgRecord } from './record.ts';
export { canonicalUnit } from './units.ts';
export type { Annotations } from './wfdb/annotation/annotations.ts';
export { type AnnotationInput, encodeAnnotations } from './wfdb/annotation/encode.ts';
export { ANNOTATION_LABELS, type AnnotationLabel } from './wfdb/annotation/labels.ts';
export { parseAnnotations } from './wfdb/annotation/parse.ts';
export { readAnnotations } from './wfdb/annotation/read-annotations.ts';
export { type WaveInterval, waveIntervals } from './wfdb/annotation/wave-intervals.ts';
export { WfdbError } from './wfdb/error.ts';
export type { WfdbHeader, WfdbSegment, WfdbSignal } from './wfdb/header-types.ts';
export { readHeader } from './wfdb/read-header.ts';
export { type ReadOptions, readRecord } from './wfdb/read-record.ts';
export { encodeRecord, type RecordInput, type WriteOptions } from './wfdb/write/encode-record.ts';
export { writeAnnotations } from './wfdb/write/write-annotations.ts';
export { writeRecord } from './wfdb/write/write-record.ts';

export { type CodeUsage, codeUsage } from './code-usage.ts';
export { Fsq, type FsqOptions, type Points } from './fsq.ts';
export { type PreparedSignal, prepareSignal, type Recording, RecordingError } from './prepare-signal.ts';
export { type ZScored, zScore } from './z-score.ts';

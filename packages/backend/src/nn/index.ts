export { type ConvTranspose1dOptions, convTranspose1d } from './conv-transpose1d.ts';
export { type Conv1dOptions, conv1d } from './conv1d.ts';
export { fanOut } from './fan-out.ts';
export { type GroupNormOptions, groupNorm } from './group-norm.ts';
export { maxPool1d3 } from './max-pool1d.ts';
export { type RunningNormOptions, runningNorm } from './running-norm.ts';

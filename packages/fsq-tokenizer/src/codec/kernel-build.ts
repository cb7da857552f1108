/**
 * 'exact' gives the same bits on every machine. 'relaxed' uses fused multiply-adds where the processor has them: faster,
 * but the last bit, and with it now and then a code, depends on the machine.
 */
export type KernelBuild = 'exact' | 'relaxed';

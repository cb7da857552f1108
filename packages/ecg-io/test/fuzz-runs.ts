/** How many cases a fuzz test tries: HEARTLLM_FUZZ_RUNS, where it is set, else the few that a change should wait for. */
export function fuzzRuns(few: number): number {
  const many = typeof process === 'undefined' ? undefined : process.env?.HEARTLLM_FUZZ_RUNS;
  return many ? Number(many) : few;
}

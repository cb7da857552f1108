/** Runs a step, prints one line about it and counts it. Gives what the step gave, nothing when it failed. */
export type Check = (label: string, work: () => Promise<string>) => Promise<string | undefined>;

/** A {@link Check} and what it has counted. */
export function counted(): { check: Check; counts: { passed: number; failed: number } } {
  const counts = { passed: 0, failed: 0 };
  const check: Check = async (label, work) => {
    const start = performance.now();
    try {
      const result = await work();
      counts.passed++;
      console.log(`ok   ${label}: ${result} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
      return result;
    } catch (error) {
      counts.failed++;
      console.log(`FAIL ${label}: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  };
  return { check, counts };
}

/** Which part of the work is this process's: the shards whose number leaves `index` when divided by `count`. */
export interface Share {
  index: number;
  count: number;
}

/** What a launcher left in the environment makes no sense; the message names the variables. */
export class LauncherError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LauncherError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the share from the environment. The first of these that is there counts:
 *
 * - `RANK` of `WORLD_SIZE` (torchrun, and whoever follows it),
 * - `JOB_COMPLETION_INDEX` of a Kubernetes Indexed Job, of `JOB_COMPLETIONS` (or `WORLD_SIZE`), which the job's manifest has
 *   to set, or of `shards`,
 * - `SLURM_ARRAY_TASK_ID` of `SLURM_ARRAY_TASK_COUNT`, an array that may begin at another number than 0.
 *
 * Without any of them all of the work is this process's.
 *
 * @param shards how many shards somebody asked for
 * @throws LauncherError for an index without a count, or one that is not below its count
 */
export function shareOf(environment: Environment, shards?: number): Share {
  const { RANK, WORLD_SIZE, JOB_COMPLETION_INDEX, JOB_COMPLETIONS, SLURM_ARRAY_TASK_ID } = environment;
  if (RANK || (WORLD_SIZE && !JOB_COMPLETION_INDEX)) return share(environment, 'RANK', 'WORLD_SIZE');
  if (JOB_COMPLETION_INDEX) {
    if (JOB_COMPLETIONS) return share(environment, 'JOB_COMPLETION_INDEX', 'JOB_COMPLETIONS');
    if (WORLD_SIZE) return share(environment, 'JOB_COMPLETION_INDEX', 'WORLD_SIZE');
    if (shards !== undefined)
      return share({ ...environment, '--shards': `${shards}` }, 'JOB_COMPLETION_INDEX', '--shards');
    throw new LauncherError(
      'JOB_COMPLETION_INDEX: of how many? Set JOB_COMPLETIONS to the completions of the job, or give --shards',
    );
  }
  if (!SLURM_ARRAY_TASK_ID) return { index: 0, count: 1 };
  const count = number(environment, 'SLURM_ARRAY_TASK_COUNT');
  const first = environment.SLURM_ARRAY_TASK_MIN ? number(environment, 'SLURM_ARRAY_TASK_MIN') : 0;
  const step = environment.SLURM_ARRAY_TASK_STEP ? number(environment, 'SLURM_ARRAY_TASK_STEP') : 1;
  const index = (number(environment, 'SLURM_ARRAY_TASK_ID') - first) / step;
  return checked({ index, count }, 'SLURM_ARRAY_TASK_ID', 'SLURM_ARRAY_TASK_COUNT');
}

function share(environment: Environment, index: string, count: string): Share {
  return checked({ index: number(environment, index), count: number(environment, count) }, index, count);
}

function checked({ index, count }: Share, indexName: string, countName: string): Share {
  if (Number.isInteger(index) && index >= 0 && index < count) return { index, count };
  throw new LauncherError(
    `${indexName}: expected a place from 0 to ${count - 1} among ${countName} ${count}, found ${index}`,
  );
}

function number(environment: Environment, name: string): number {
  const text = environment[name] ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new LauncherError(`${name}: expected a whole number, found ${text === '' ? 'nothing' : JSON.stringify(text)}`);
}

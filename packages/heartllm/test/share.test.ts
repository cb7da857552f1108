import { expect, test } from 'vitest';
import { shareOf } from '../src/corpus/share.ts';

test.each<[Record<string, string>, number | undefined, { index: number; count: number }]>([
  [{}, undefined, { index: 0, count: 1 }],
  [{}, 7, { index: 0, count: 1 }],
  [{ RANK: '2', WORLD_SIZE: '3' }, undefined, { index: 2, count: 3 }],
  [{ JOB_COMPLETION_INDEX: '0', JOB_COMPLETIONS: '4' }, 9, { index: 0, count: 4 }],
  [{ JOB_COMPLETION_INDEX: '3', WORLD_SIZE: '4' }, undefined, { index: 3, count: 4 }],
  [{ JOB_COMPLETION_INDEX: '3' }, 4, { index: 3, count: 4 }],
  [{ SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_COUNT: '4' }, undefined, { index: 3, count: 4 }],
  [
    { SLURM_ARRAY_TASK_ID: '4', SLURM_ARRAY_TASK_COUNT: '4', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_STEP: '1' },
    undefined,
    { index: 3, count: 4 },
  ],
  [
    { SLURM_ARRAY_TASK_ID: '20', SLURM_ARRAY_TASK_COUNT: '3', SLURM_ARRAY_TASK_MIN: '10', SLURM_ARRAY_TASK_STEP: '5' },
    undefined,
    { index: 2, count: 3 },
  ],
  [{ RANK: '1', WORLD_SIZE: '2', SLURM_ARRAY_TASK_ID: '7' }, undefined, { index: 1, count: 2 }],
])('%j, %s shards', (environment, shards, expected) => {
  expect(shareOf(environment, shards)).toEqual(expected);
});

test.each<[Record<string, string>, string]>([
  [{ RANK: '3', WORLD_SIZE: '3' }, 'RANK: expected a place from 0 to 2 among WORLD_SIZE 3, found 3'],
  [{ RANK: '1' }, 'WORLD_SIZE: expected a whole number, found nothing'],
  [{ WORLD_SIZE: '3' }, 'RANK: expected a whole number, found nothing'],
  [{ RANK: '-1', WORLD_SIZE: '3' }, 'RANK: expected a whole number, found "-1"'],
  [{ RANK: '0', WORLD_SIZE: '0' }, 'RANK: expected a place from 0 to -1 among WORLD_SIZE 0, found 0'],
  [{ JOB_COMPLETION_INDEX: '1' }, 'JOB_COMPLETION_INDEX: of how many? Set JOB_COMPLETIONS'],
  [{ SLURM_ARRAY_TASK_ID: '1' }, 'SLURM_ARRAY_TASK_COUNT: expected a whole number, found nothing'],
  [
    { SLURM_ARRAY_TASK_ID: '4', SLURM_ARRAY_TASK_COUNT: '4' },
    'SLURM_ARRAY_TASK_ID: expected a place from 0 to 3 among SLURM_ARRAY_TASK_COUNT 4, found 4',
  ],
])('%j is refused', (environment, message) => {
  expect(() => shareOf(environment)).toThrow(message);
});

import { basename, dirname } from 'node:path';
import { type EcgRecord, openHdf5 } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';

/** `exams.hdf5` or `exams.hdf5#358121`: the file, and the exam in it. */
const EXAM = /^(?<file>.+\.(?:hdf5|h5))(?:#(?<id>.+))?$/i;
const NAMED = 3;

/** Whether a path names an HDF5 file, or an exam in one. */
export function isExam(path: string): boolean {
  return EXAM.test(path);
}

/**
 * Reads one exam of an HDF5 file in CODE's layout, without the zeros that it is filled up with.
 *
 * @param path `FILE#ID` with an id of `exam_id`, where there is none the file's name and an index, `exams-0`; `FILE` alone if it has one exam
 * @throws Error if the file has several exams and none is named; EcgFileError if there is no such exam, or h5wasm is not installed
 */
export async function readExam(path: string): Promise<EcgRecord> {
  const { file, id } = EXAM.exec(path)!.groups!;
  const exams = await openHdf5(folderSource(dirname(file)), basename(file), { padding: 'trim' });
  try {
    if (id !== undefined) return await exams.byId(id);
    if (exams.length === 1) return await exams.record(0);
    const ids = await Promise.all(Array.from({ length: Math.min(NAMED, exams.length) }, (_, index) => exams.id(index)));
    const more = exams.length > ids.length ? ', ...' : '';
    throw new Error(
      `${basename(file)}: ${exams.length} exams (${ids.join(', ')}${more}); name one: '${file}#${ids[0]}'`,
    );
  } finally {
    await exams.close();
  }
}

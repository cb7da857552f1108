/** What a data set's file holds is not what its documentation promises; the message names file, row and column. */
export class DatasetError extends Error {
  override name = 'DatasetError';
}

// The error of HDF5, NumPy, CSV and EDF files is the one of all packages; the name is older than that.
export { FileError as EcgFileError, type FilePlace } from '@heartllm/source';

#!/bin/bash
# h5wasm 0.10.3 gives integers that are narrower than their bytes as if they were not: -1 in 12 bits of an int16 is 4095.
#
# HDF5 stores an integer of any precision and offset in a container (H5Tset_precision, H5Tset_offset), as recorders with converters of 12 bits
# use it. The HDF5 library converts it when it is read as a native type; h5py does. h5wasm reads it as the type of the file, in little-endian order,
# and takes the bytes for an Int16Array; its metadata have neither precision nor offset, so that a caller cannot know either.
#
# Right (h5py 3.16):  -1 1 -2048 2047, from bit 4 on too.   Seen (h5wasm):  4095 1 2048 2047, and from bit 4 on -16 16 -32768 32752.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check h5py==3.16.0 numpy==2.4.6
cd "$folder" && npm install --silent --no-audit --no-fund h5wasm@0.10.3 >/dev/null
venv/bin/python - <<'PYTHON'
import h5py
import numpy as np
from h5py import h5d, h5s, h5t

values = np.array([-1, 1, -2048, 2047])
with h5py.File("numbers.h5", "w") as file:
    for offset in (0, 4):
        kind = h5t.STD_I16LE.copy()
        kind.set_precision(12)
        kind.set_offset(offset)
        dataset = h5d.create(file.id, f"from bit {offset}".encode(), kind, h5s.create_simple((len(values),)))
        dataset.write(h5s.ALL, h5s.ALL, values)
    found = [file["from bit 0"][...].tolist(), file["from bit 4"][...].tolist()]
print("h5py", h5py.__version__, "gives", *found)
assert found == [[-1, 1, -2048, 2047]] * 2, "the behaviour has changed"
PYTHON
cat > read.mjs <<'NODE'
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import h5wasm from 'h5wasm/node';

await h5wasm.ready;
const file = new h5wasm.File('numbers.h5', 'r');
const found = ['from bit 0', 'from bit 4'].map((name) => Array.from(file.get(name).value));
const { version } = JSON.parse(readFileSync('node_modules/h5wasm/package.json', 'utf8'));
console.log('h5wasm', version, 'gives', ...found);
const seen = [
  [4095, 1, 2048, 2047],
  [-16, 16, -32768, 32752],
];
assert.deepEqual(found, seen, 'the behaviour has changed');
NODE
node read.mjs

#!/bin/bash
# wfdb-python 4.3.1 averages the mark of an invalid sample as if it were a sample.
#
# rdrecord makes one sample of each frame by default (smooth_frames=True). In format 16 the value -32768 says that there is no sample
# (signal(5), https://physionet.org/physiotools/wag/signal-5.htm). Where it stands beside a valid one, the mean is neither of them nor NaN, also in
# physical units. The WFDB library gives no value for such a frame since 10.7 (lib/signal.c, meansamp).
#
# Right:  8, no value, no value.   Seen:  8, -16380, no value.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check wfdb==4.3.1 numpy==2.4.6 pandas==3.0.6
cd "$folder" && venv/bin/python - <<'PYTHON'
import struct
import wfdb

frames = [(7, 9), (7, -32768), (-32768, -32768)]
open("rec.dat", "wb").write(b"".join(struct.pack("<2h", *frame) for frame in frames))
open("rec.hea", "w").write("rec 1 100 3\nrec.dat 16x2 1/mV 16 0 7 0 0 II\n")
found = wfdb.rdrecord("rec").p_signal[:, 0]
print("wfdb", wfdb.__version__, "gives", found.tolist(), "mV")
assert found[0] == 8 and found[1] == -16380 and found[2] != found[2], "the behaviour has changed"
PYTHON

#!/bin/bash
# wfdb-python 4.3.1 takes the skew of a signal for frames, and ends it with zeros that nobody recorded.
#
# In the format field "16x2:2" (header(5), https://physionet.org/physiotools/wag/header-5.htm) a frame has 2 samples of the signal, and the skew
# is 2 samples of it, one frame: the WFDB library (10.7, lib/signal.c) divides the skew by the samples per frame for that reason. rdrecord
# shifts by 2 frames, 4 samples; of the 4 that are then missing at the end it marks 2 as invalid and gives the other 2 as 0.
#
# Right:  1002 ... 1011, two invalid samples.   Seen:  1004 ... 1011 0 0, two invalid samples.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check wfdb==4.3.1 numpy==2.4.6 pandas==3.0.6
cd "$folder" && venv/bin/python - <<'PYTHON'
import struct
import wfdb

frames = range(6)
open("rec.dat", "wb").write(b"".join(struct.pack("<3h", 100 + i, 1000 + 2 * i, 1001 + 2 * i) for i in frames))
open("rec.hea", "w").write("rec 2 100 6\nrec.dat 16 1/x 16 0 100 615 0 A\nrec.dat 16x2:2 1/x 16 0 1000 12066 0 B\n")
found = wfdb.rdrecord("rec", physical=False, smooth_frames=False).e_d_signal[1].tolist()
print("wfdb", wfdb.__version__, "gives", found)
assert found == [1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 0, 0, -32768, -32768], "the behaviour has changed"
PYTHON

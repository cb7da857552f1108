"""wfdb-python's side of read.ts: takes the work as JSON on stdin, prints the median milliseconds of each."""
import json, os, sys, time
import wfdb

SECONDS = 2
result = []
for work in json.load(sys.stdin):
    paths = [os.path.join(work["folder"], name) for name in work["names"]]
    read = lambda path: wfdb.rdann(path, work["extension"]) if work.get("extension") else wfdb.rdrecord(path)
    times = []
    end = time.perf_counter() + SECONDS
    while len(times) < 7 or time.perf_counter() < end:
        start = time.perf_counter()
        read(paths[len(times) % len(paths)])
        times.append((time.perf_counter() - start) * 1000)
    times = sorted(times[2:])
    result.append(round(times[len(times) // 2], 3))
print(json.dumps(result))

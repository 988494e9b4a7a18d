"""Runs one program to its end, and prints as JSON what it said and took: `spark_process.py <program> [arguments]`."""

import json
import resource
import subprocess
import sys
import time

UNIT = 2**20 if sys.platform == "darwin" else 2**10
"""Units of `ru_maxrss` in a MiB."""

if __name__ == "__main__":
    start = time.perf_counter()
    ended = subprocess.run(sys.argv[1:], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    # Of the program and all that it has waited for. The peak is that of the largest one: of Spark, the JVM.
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = {"seconds": seconds, "cpuSeconds": usage.ru_utime + usage.ru_stime, "peakMiB": usage.ru_maxrss / UNIT}
    print(json.dumps({"code": ended.returncode, "stdout": ended.stdout, "stderr": ended.stderr, **took}))

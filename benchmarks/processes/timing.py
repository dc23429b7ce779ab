"""Times a run from files to files, in whatever environment: only the standard library."""

import json
import shutil
import time
from collections.abc import Callable


def repeat(run: Callable[[], object], out: str, times: int) -> None:
    """Run so many times, each into a folder made anew; print the seconds, on the wall and of processor."""
    seconds, processor = [], []
    for _ in range(times):
        shutil.rmtree(out, ignore_errors=True)
        start, busy = time.perf_counter(), time.process_time()
        run()
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    print(json.dumps({"seconds": seconds, "processor": processor}))

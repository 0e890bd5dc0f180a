"""What a run took, told by the process that ran: seconds, seconds of processor time, and the peak of its memory."""

import json
import resource
import sys
from collections.abc import Callable
from time import perf_counter


def processor() -> float:
    """Seconds of processor time that this process has used, in all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mb() -> float:
    """The peak of this process's memory in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def measured(run: Callable[[], None]) -> None:
    """Runs and prints what it took as JSON; what was imported before is not counted."""
    wall, used = perf_counter(), processor()
    run()
    print(json.dumps({"whole": perf_counter() - wall, "cpu": processor() - used, "peak_mb": peak_mb()}))

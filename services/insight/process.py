"""What this process takes of the machine. Read from /proc (proc(5))."""

from __future__ import annotations

import os
import time
from pathlib import Path

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def started() -> float:
    """When this process began, on time.monotonic's clock, seconds."""
    fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    # Field 22, start time in ticks since boot; 20th after the name. Monotonic time also counts from boot, without
    # sleep.
    since_boot = int(fields[19]) / CLOCK_TICKS
    asleep = time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()
    return since_boot - asleep


def resident_mb() -> int:
    """The most memory this process ever held, MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1000
    return 0

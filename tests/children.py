"""Work in a process of its own, which may be killed."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable


def in_child(work: Callable[[], None]) -> int:
    """Run in a forked process; its process id."""
    pid = os.fork()
    if pid == 0:
        # engines that other tests left behind wait, when collected, for threads that this copy does not have
        gc.disable()
        try:
            work()
        finally:
            os._exit(0)  # past pytest, whose copy this is
    return pid

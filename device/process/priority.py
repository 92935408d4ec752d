"""Who has the processor first: threads that sound waits for, before those that compute."""

from __future__ import annotations

import os
import threading
from contextlib import suppress

FIRST = -15
"""Niceness (setpriority(2)): nine times the share of the others, which the unit starts at -5."""


def go_first() -> None:
    """Let the calling thread, and those that it starts from now on, have the processor before the others: a decode that
    takes all of it must not cost a frame of sound. It changes nothing where that is not permitted (LimitNICE of the
    unit), and where threads have no niceness of their own, which is a matter of Linux.
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), FIRST)


def go_with_the_rest() -> None:
    """Let the calling thread wait its turn as the main thread does: for whoever computes for one that goes first, and
    was started by it.
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, os.getpid()))

"""Ctrl-C and SIGTERM while a command is still being imported and its parts are being loaded."""

from __future__ import annotations

import os
import signal
from types import FrameType

WORDS = b"equerry: stopped\n"


def leave_at_once(number: int = signal.SIGINT, _frame: FrameType | None = None) -> None:
    """End the process here and now, in order as far as whoever asked by SIGTERM is concerned. A KeyboardInterrupt would
    unwind more, but where it comes in a callback of the interpreter it is swallowed."""
    os.write(2, WORDS)
    os._exit(0 if number == signal.SIGTERM else 130)


def stoppable() -> None:
    """From now on both end the process at once, with one line and no traceback."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, leave_at_once)


def as_usual() -> None:
    """A command has begun: what it does with them is its own matter."""
    if signal.getsignal(signal.SIGINT) is leave_at_once:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)


def unwinding() -> None:
    """From now on both raise KeyboardInterrupt on the main thread: what was opened is closed on the way."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.default_int_handler)

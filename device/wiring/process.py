"""The process in which the appliance runs: who started it, and how it ends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from device.configuration.owned.last_good import Lasting
from device.control.server import Control
from device.process.systemd import Notifier, Watchdog, unwatched, watchdog_wait
from device.turn import events as on
from device.turn.reactor import Inbox

_ENDING = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """In which it runs, and what whoever started that can do."""

    restart: Callable[[], None] | None = None
    """Ends it where somebody starts it again."""
    environ: Mapping[str, str] | None = None
    """In which the settings were read, whose files are followed; None: they stay as they are."""
    notifier: Notifier | None = None
    """Tells whoever started it."""
    control: Control | None = None
    """Where it is open already, and tells that the appliance is loading."""
    lasting: Lasting | None = None
    """What was in force before, told of where it is again."""


def build_heart(notifier: Notifier | None, pulse: Callable[[], int]) -> Callable[[], float]:
    """What feeds systemd's watchdog, where there is one."""
    wait = watchdog_wait(os.environ)
    return Watchdog(notifier, pulse, wait).beat if notifier and wait else unwatched


def stop_on_signals(inbox: Inbox) -> None:
    """SIGTERM and SIGINT end the appliance in order. On the main thread, once.

    Python runs a handler between two steps of the main thread: a signal that comes just as that begins to wait for the
    inbox, as it does while many threads want the interpreter, would be seen with the next event, perhaps in minutes. So
    the interpreter's C handler wakes a thread of its own (signal.set_wakeup_fd).
    """
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    for each in _ENDING:
        signal.signal(each, lambda _, __: None)
    threading.Thread(target=_pass_on, args=(told, inbox), name="signals", daemon=True).start()


def _pass_on(told: int, inbox: Inbox) -> None:
    """Each signal that ends it, as the byte of its number comes."""
    while number := os.read(told, 1):
        if number[0] in _ENDING:
            inbox.put(on.Stopping())

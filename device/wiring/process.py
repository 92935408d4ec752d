"""The process in which the appliance runs: who started it, and how it ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType

from device.configuration.owned.last_good import Lasting
from device.control.server import Control
from device.process.systemd import Notifier, Watchdog, unwatched, watchdog_wait
from device.turn import events as on
from device.turn.reactor import Inbox


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
    """SIGTERM and SIGINT end the appliance in order."""

    def stop(_: int, __: FrameType | None) -> None:
        inbox.put(on.Stopping())

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

"""The wall clock, reconciled with the steady one: what sets it is noticed, and whether it can be believed.

Two clocks: the wall clock may be set at any time (by NTP, by hand), the steady one (CLOCK_BOOTTIME, clock_gettime(2))
counts from boot without a jump, suspend included. Their distance changes only when the wall clock is set: slewing moves
both alike. The distance is kept in a file beside the store, so that a clock set between two runs of one boot is
noticed, too.
"""

from __future__ import annotations

import ctypes
import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from pathlib import Path
from typing import Protocol

log = logging.getLogger(__name__)

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this program was written no clock is right."""
_BEHIND = timedelta(seconds=5)
"""A clock may be so far behind the last time it told: slewing, and the order of threads."""
_JUMP = 0.5
"""Seconds: a smaller change of the distance is the moment between reading the two clocks. It is not forgotten, but adds
up.
"""
_TIME_ERROR = 5
"""What adjtimex(2) returns while the clock is not synchronised."""


class Trust(Enum):
    """How far the wall clock can be believed."""

    SURE = "somebody set it: the network, or a clock with a battery"
    ASSUMED = "nobody did, and nobody will; nothing speaks against it"
    NOT_YET = "not set yet, or certainly wrong"


def trust(
    wall: datetime, *, synchronised: bool | None, kept: bool, newest: datetime | None, waited_s: float, wait_s: float
) -> Trust:
    """Whether the wall clock can be believed. Pure.

    `synchronised`: by the network, None where nobody can tell; `kept`: the kernel took it from a clock with a battery;
    `newest`: the latest time that this device has ever written; `waited_s`: since boot; `wait_s`: how long the network
    is given to set it.
    """
    if synchronised:
        return Trust.SURE
    if wall < EARLIEST or (newest is not None and wall < newest - _BEHIND):
        return Trust.NOT_YET
    if kept:
        return Trust.SURE
    return Trust.ASSUMED if synchronised is None or waited_s >= wait_s else Trust.NOT_YET


class Timekeeper(Protocol):
    """The clocks of a machine, and what it says of them."""

    def wall(self) -> float:
        """Seconds since 1970, as the wall clock has it."""

    def steady(self) -> float:
        """Seconds since boot, suspend included."""

    def boot(self) -> str:
        """Tells one boot from another."""

    def synchronised(self) -> bool | None:
        """By the network; None where nobody can tell."""

    def kept(self) -> bool:
        """Whether the wall clock was taken from one with a battery at boot."""


class Clock:
    """What time it is, for everybody. Safe to use from several threads.

    Who asks first after the clock was set is the one to notice.
    """

    def __init__(
        self,
        keeper: Timekeeper,
        zone: tzinfo,
        *,
        marker: Path,
        newest: datetime | None = None,
        wait_s: float = 300.0,
        zone_name: str = "",
    ) -> None:
        """`marker`: the file with the distance of the clocks; `newest`: the latest time that the store has written;
        `zone_name`: IANA's, empty where it is not known.
        """
        self._keeper = keeper
        self.zone = zone
        self._marker = marker
        self._newest = newest
        self._wait_s = wait_s
        self.zone_name = zone_name
        self._lock = threading.RLock()
        self._watchers: list[tuple[Callable[[timedelta], None], Callable[[], None]]] = []
        self.before = _read(marker)
        """As the last run left it; None for the first."""
        self.same_boot = self.before is not None and self.before.boot == keeper.boot()
        self._distance = self.before.distance if self.before and self.same_boot else self._apart()
        self._trust = Trust.NOT_YET

    def watch(self, jumped: Callable[[timedelta], None], settle: Callable[[], None]) -> None:
        """Whenever the wall clock was set, `jumped` is called with how far (positive is forward) before anybody is told
        the new time, and must not block; then `settle` by the thread that noticed, which may write to the store.
        """
        self._watchers.append((jumped, settle))

    def now(self) -> datetime:
        """Zone-aware. Not to be asked within a transaction: that the clock was set may have to be written."""
        noticed = False
        with self._lock:
            jump = self._apart() - self._distance
            if abs(jump) >= _JUMP:
                noticed = True
                self._distance += jump
                self.keep()
                log.warning("The clock was set by %+.1f s.", jump)
                for jumped, _ in self._watchers:
                    jumped(timedelta(seconds=jump))
            now = self.read()
        for _, settle in self._watchers if noticed else ():
            settle()
        return now

    def read(self) -> datetime:
        """The hands as they stand, noticing nothing. Zone-aware."""
        return datetime.fromtimestamp(self._keeper.wall(), self.zone)

    @property
    def trust(self) -> Trust:
        """How far the wall clock can be believed now. Once it was sure it stays so: a network that went away makes no
        clock wrong.
        """
        now = self.read()
        with self._lock:
            if self._trust is not Trust.SURE:
                keeper = self._keeper
                self._trust = trust(
                    now,
                    synchronised=keeper.synchronised(),
                    kept=keeper.kept(),
                    newest=self._newest,
                    waited_s=keeper.steady(),
                    wait_s=self._wait_s,
                )
            return self._trust

    @property
    def believed(self) -> bool:
        """Whether what rings at a time of day may ring."""
        return self.trust is not Trust.NOT_YET

    def keep(self) -> None:
        """Write the distance of the clocks. A disk that is full or read-only is logged: only a clock set between two
        runs escapes.
        """
        kept = {"boot": self._keeper.boot(), "distance": self._distance, "zone": self.zone_name}
        try:
            self._marker.parent.mkdir(parents=True, exist_ok=True)
            beside = self._marker.with_suffix(".new")
            beside.write_text(json.dumps(kept) + "\n", encoding="utf-8")
            beside.replace(self._marker)
        except OSError as error:
            log.error("%s can't be written (%s).", self._marker, error.strerror)

    def _apart(self) -> float:
        return self._keeper.wall() - self._keeper.steady()


@dataclass(frozen=True, slots=True)
class ClockMark:
    """How the clocks stood when they were last written down."""

    boot: str
    distance: float
    """Wall clock minus steady clock, seconds."""
    zone: str


def _read(marker: Path) -> ClockMark | None:
    """None where there is none, or none that can be read: then it is as after a boot."""
    try:
        told = json.loads(marker.read_text(encoding="utf-8"))
        return ClockMark(str(told["boot"]), float(told["distance"]), str(told["zone"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


class Linux:
    """The clocks of this machine (clock_gettime(2), adjtimex(2), systemd-timesyncd(8), /sys/class/rtc)."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root
        self._boot = self._text("proc/sys/kernel/random/boot_id")

    def wall(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def steady(self) -> float:
        """Seconds since boot, suspend included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def boot(self) -> str:
        """The kernel's boot_id."""
        return self._boot

    def synchronised(self) -> bool | None:
        """The mark of systemd-timesyncd, else what the kernel says, whichever daemon told it."""
        return True if (self._root / "run/systemd/timesync/synchronized").exists() else _kernel_synchronised()

    def kept(self) -> bool:
        """Whether the kernel set the wall clock from a hardware clock (hctosys)."""
        return any(
            self._text(str(path.relative_to(self._root))) == "1"
            for path in (self._root / "sys/class/rtc").glob("rtc*/hctosys")
        )

    def _text(self, path: str) -> str:
        try:
            return (self._root / path).read_text(encoding="ascii").strip()
        except (OSError, UnicodeError):
            return ""


def _kernel_synchronised() -> bool | None:
    """None where the kernel may not be asked, as in some containers."""
    # struct timex begins with its `modes`; zero changes nothing. It has 208 bytes at most.
    asked = ctypes.create_string_buffer(512)
    adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
    state = adjtimex(asked) if adjtimex else -1
    return None if state < 0 else state != _TIME_ERROR


def zone_name(told: str, localtime: Path = Path("/etc/localtime")) -> str:
    """The IANA name of the zone: as set, else what the system's link names; empty where neither is known."""
    if told:
        return told
    try:
        _, found, name = str(localtime.resolve()).partition("/zoneinfo/")
    except OSError:
        return ""
    return name if found else ""

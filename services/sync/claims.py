"""Settles which of the site's devices does what only one shall do; knows who they are, and the newest version of them.

`<prefix>/<site>/claim/<what>` (QoS 0, never retained): {"device", "id"}. Whose claim arrives first from the broker is
the one (race.py). `<prefix>/<device>/about` (retained): {"version", "site", "started", "name"}; who is online is told
by `<prefix>/<device>/availability`.
"""

from __future__ import annotations

import json
import queue
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any

from services.sync.base import Connected, Filters, MqttMessage, MqttPart, Publish
from services.sync.race import Bid, Race, Settled
from services.sync.topics import Topics

WAKE_S = 0.3
"""How long a device that heard the wake word waits for the echo of its claim."""
RING_S = 0.7
"""Likewise of what is due at several devices."""
HELD_S = 45.0
"""So long a claim of something due keeps others from it: where it rings, it is claimed again and again (`hold`), every
30 s at least. Less than the time after which others look at it again (device/turn/due.py).
"""

_HOLD = "hold"
"""The id of what is claimed without asking: it can't be lost."""
_LARGEST = 1024
_MOST_DEVICES = 4096
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_WHAT = re.compile(r"[A-Za-z0-9_.:-]{1,96}(/[A-Za-z0-9_.:-]{1,96}){0,4}")
_VERSION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6}){0,3})[A-Za-z0-9.+-]{0,32}")


@dataclass(frozen=True, slots=True)
class DeviceNotice:
    """What a device tells of itself."""

    version: str
    site: str
    started: str
    """ISO 8601, with the offset from UTC."""
    name: str
    """As its owner calls it."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    what: str
    asked: float
    within_s: float
    held_s: float
    settled: Settled
    parts: tuple[str, ...]


class Claims(MqttPart):
    """`claim` and `hold` may be called by any thread, and never wait; so may what is told of
    the other devices.
    """

    def __init__(
        self,
        topics: Topics,
        about: DeviceNotice,
        *,
        publish: Publish,
        clock: Callable[[], float],
        wake: Callable[[], None],
        heard: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`clock`: seconds, only going forward. `wake`: `Link.wake`. `heard` is told on the thread `mqtt` what another
        one claims, unless it was too late for it.
        """
        self._topics = topics
        self._about = about
        self._publish = publish
        self._clock = clock
        self._wake = wake
        self._heard = heard
        self._asked: queue.SimpleQueue[_Wanted | str] = queue.SimpleQueue()
        """What is claimed, and the names of what is held."""
        self._race = Race()
        self._run = secrets.token_hex(4)
        self._count = count(1)
        self._connected = False
        self._mates: dict[str, DeviceNotice] = {}
        """Devices of the site, whether they are online or not."""
        self._online: set[str] = set()
        self.peers: frozenset[str] = frozenset()
        """The other devices of the site that are online, by their topics; empty while there is no connection. Replaced
        as a whole, for other threads.
        """
        self.newest_version = about.version
        """Of all devices that the site has had, this one among them."""

    # --- any thread ---

    def claim(
        self,
        what: str,
        settled: Settled,
        *,
        within_s: float = WAKE_S,
        held_s: float = WAKE_S,
        parts: Sequence[str] = (),
    ) -> bool:
        """Ask the others whether it is ours; `settled` is told on the thread `mqtt` within about `within_s` seconds of
        now. False: there is nobody to ask, and nothing follows. A claim of another in the last `held_s` seconds was
        before ours. `what`: levels of a topic, the same at all devices; who has claimed one of its `parts` was before
        us, too. Raises ValueError for what is none.
        """
        if not _WHAT.fullmatch(what):
            raise ValueError(f"{what!r} can't be claimed")
        if not self.peers:
            return False
        self._asked.put(_Wanted(what, self._clock(), within_s, held_s, settled, tuple(parts)))
        self._wake()
        return True

    def hold(self, what: str) -> None:
        """It is ours, still: who asks for it in the next `held_s` seconds does not get it."""
        if self.peers and _WHAT.fullmatch(what):
            self._asked.put(what)
            self._wake()

    # --- the thread mqtt ---

    @property
    def filters(self) -> Filters:
        """Claims of the site, and who is there."""
        return (
            (self._topics.claim("#"), 0),
            (self._topics.of("+", "about"), 1),
            (self._topics.of("+", "availability"), 1),
        )

    def connected(self, _: Connected) -> None:
        """Tell who we are."""
        self._connected = True
        payload = json.dumps(asdict(self._about)).encode()
        self._publish(MqttMessage(self._topics.own("about"), payload, qos=1, retain=True))
        self._count_peers()

    def disconnected(self) -> None:
        """Nobody can be asked: what waits is ours. Who was online may be gone when we come back."""
        self._connected = False
        self._online.clear()
        self._count_peers()
        self._race.give_up()

    def arrived(self, message: MqttMessage) -> None:
        """A claim, or something of another device. What is malformed is passed over."""
        if len(message.payload) > _LARGEST:
            return
        what = self._topics.claimed(message.topic)
        if what is not None:
            self._claimed(what, message)
            return
        _, device, told = (*message.topic.split("/"), "", "")[:3]
        if device == self._topics.device or not _WORD.fullmatch(device):
            return
        if told == "about":
            self._know(device, _about(message.payload))
        elif message.payload == b"online" and (device in self._online or len(self._online) < _MOST_DEVICES):
            self._online.add(device)
        else:
            self._online.discard(device)
        self._count_peers()

    def work(self) -> float | None:
        """Claim what was asked for; act on what was waited for long enough."""
        while True:
            try:
                asked = self._asked.get_nowait()
            except queue.Empty:
                break
            if isinstance(asked, str):
                self._tell(asked, _HOLD)
            else:
                self._enter(asked)
        self._race.expire(self._clock())
        until = self._race.next()
        return None if until is None else max(0.0, until - self._clock())

    def _enter(self, wanted: _Wanted) -> None:
        claim_id = f"{self._run}-{next(self._count)}"
        until, since = wanted.asked + wanted.within_s, wanted.asked - wanted.held_s
        entered = self._race.enter(Bid(wanted.what, claim_id, until, since, wanted.settled, wanted.parts))
        if not self._connected:
            self._race.give_up()
        elif entered:
            self._tell(wanted.what, claim_id)

    def _tell(self, what: str, claim_id: str) -> None:
        payload = json.dumps({"device": self._topics.device, "id": claim_id}).encode()
        self._publish(MqttMessage(self._topics.claim(what), payload, expires_s=2))

    def _claimed(self, what: str, message: MqttMessage) -> None:
        told, now = _object(message.payload), self._clock()
        device, claim_id = told.get("device"), told.get("id")
        if message.retain or not _WHAT.fullmatch(what) or not isinstance(device, str) or not isinstance(claim_id, str):
            return
        if device == self._topics.device:
            self._race.echo(what, claim_id, now)
        elif device in self._mates:
            self._race.other(what, now)
            if claim_id == _HOLD or not self._race.arrived(what, now - WAKE_S):  # else that one loses to us
                self._heard(what)

    def _know(self, device: str, about: DeviceNotice | None) -> None:
        self._mates.pop(device, None)
        if about and about.site == self._topics.site and len(self._mates) < _MOST_DEVICES:
            self._mates[device] = about
            self.newest_version = max(self.newest_version, about.version, key=ordered)

    def _count_peers(self) -> None:
        self.peers = frozenset(self._online & self._mates.keys()) if self._connected else frozenset()


def _object(payload: bytes) -> dict[str, Any]:
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _about(payload: bytes) -> DeviceNotice | None:
    told = _object(payload)
    values = [told.get(each) for each in ("version", "site", "started", "name")]
    if not all(isinstance(each, str) and len(each) <= 64 for each in values):
        return None
    about = DeviceNotice(*map(str, values))
    return about if _VERSION.fullmatch(about.version) else None


def ordered(version: str) -> tuple[int, ...]:
    """1.10 is newer than 1.9; what is no number is not looked at."""
    numbers = _VERSION.fullmatch(version)
    return tuple(map(int, numbers[1].split("."))) if numbers else ()

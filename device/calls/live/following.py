"""One call as it goes on: frames of both sides go in, segments come back written down, events go out. All of it on the
thread `call`.
"""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from device.calls.cutter import CutSound
from device.calls.live.base import CallBegan, CallNotice, LiveEvent
from device.calls.live.sides import SameSound, SideSound
from device.calls.live.words import CallWords
from device.calls.record import Recording
from device.calls.sound import UNCLEAR
from firmware.errors import ExpectedError
from firmware.frame import Frame
from services.calls.base import SIDES, CallSegment, FactFound, Side, Triggered, Whispered
from services.calls.call import FollowedCall
from services.calls.doubts import HeardDoubts
from services.calls.whispers import MOST_WORDS

TICK_S = 0.1
IN_TIME_S = 1.2
"""Within which what was said is to be written down."""
_REFRESH_S = 2.0
_COMMANDED_S = 1.4
"""So much before the wake word was recognised is the wake word, and was not said to the other side."""
_UNHEARD_S = 60.0
"""A line on which nobody spoke for so long from the beginning is told: it may be the wrong device."""
_OVER_S = 900.0
"""Nobody has spoken for so long: the call is over, though nobody said so."""
_REMEMBERED = 500

ALIKE = (
    "Both sides have the same sound, so I can't tell who speaks. Name another device in line of [calls], or “table”"
    " where all sit around one microphone."
)
UNHEARD = "For a minute nobody has spoken on the line. If somebody did, name another device in line of [calls]."
LATE = "I am behind with writing down what is said; nothing is left out."
LOST = "I was too far behind: {seconds} seconds of what was said are left out."


@dataclass(frozen=True, slots=True, kw_only=True)
class CallParts:
    """What one call is followed with, made anew for it."""

    who: str
    followed: FollowedCall
    sides: Mapping[Side, SideSound]
    """Those that can be told apart; around a table the other one alone."""
    words: CallWords
    refresh: Callable[[], Sequence[str]] = tuple
    """Reads rules that were edited; what is wrong with them."""
    tell: Callable[[LiveEvent], None]
    whisper: Callable[[Whispered], None]
    ready: Callable[[str], None] = lambda _: None
    """Told of words that may be whispered soon."""
    open_record: Callable[[], Recording]
    """Begins the record in the store. Raises StoreError."""


@dataclass
class LiveCall:
    """Built when a call begins; `at_s` is the time since then."""

    parts: CallParts
    clock: Callable[[], float]
    """Seconds since the call began."""
    paused: bool = False
    """Somebody speaks to the appliance: that is not part of the call."""
    muted: bool = False
    """Neither side is listened to."""
    microphone: Side = "owner"
    """Whose sound comes from the microphone, which the appliance is spoken to by."""
    lateness: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    """Seconds from the end of what was said until it was written down, of the last segments."""
    segments: int = 0
    late: int = 0
    """Segments that came later than IN_TIME_S."""
    whispers: int = 0
    _recording: Recording | None = None
    _same: SameSound = field(default_factory=SameSound)
    _doubts: HeardDoubts = field(default_factory=HeardDoubts)
    _heard_from: set[Side] = field(default_factory=set)
    _said: set[str] = field(default_factory=set)
    _spoke_s: float = 0.0
    _ticked_s: float = 0.0
    _refreshed_s: float = 0.0

    def begin(self) -> None:
        """Open the record and begin to write down. Raises StoreError."""
        self._recording = self.parts.open_record()
        self.parts.words.start()
        self.parts.tell(CallBegan(0.0, self.parts.who))

    @property
    def over(self) -> bool:
        """Whether nobody has spoken for so long that it is over."""
        return self.clock() - self._spoke_s > _OVER_S

    def sound(self, side: Side, frame: Frame, at_s: float) -> None:
        """The next frame of a side, which came at this time."""
        kept = self.parts.sides.get(side)
        if kept is None or self.muted or (self.paused and side == self.microphone):
            return
        for cut in kept.take(frame, at_s):
            self._put(side, cut)
        if early := kept.early():
            self.parts.words.foresee(side, early)
        self.tick()

    def pause(self, *, woken: bool) -> None:
        """What comes now is said to the appliance, and so was the wake word that has just been heard."""
        self.paused = True
        kept = self.parts.sides.get(self.microphone)
        if kept and (cut := kept.abandon(_COMMANDED_S if woken else 0.0)):
            self._put(self.microphone, cut)

    def mute(self, *, muted: bool) -> None:
        """Listen to neither side, or to both again."""
        self.muted = muted
        if muted:
            self.finish()

    def heard(self, cut: CutSound, segment: CallSegment) -> None:
        """A segment is written down; it may have no words."""
        believed = self._doubts.believes(segment.side, segment.end_s - segment.start_s, segment.confidence)
        if self._doubts.news(segment.side):
            self.notice(UNCLEAR.format(who=segment.speaker))
        if not (segment.text and believed):
            return
        late_s = self.clock() - cut.end_s
        self.lateness.append(late_s)
        self.segments += 1
        self._heard_from.add(segment.side)
        self._spoke_s = max(self._spoke_s, segment.end_s)
        if late_s > IN_TIME_S:
            self.late += 1
        if late_s > 5 * IN_TIME_S:
            self.notice(LATE)
        self._tell(self.parts.followed.feed(segment))
        self._whisper()

    def tick(self) -> None:
        """Time has passed."""
        now_s = self.clock()
        if now_s - self._ticked_s < TICK_S:
            return
        self._ticked_s = now_s
        self._whisper()
        self._look(now_s)
        if now_s - self._refreshed_s > _REFRESH_S:
            self._refreshed_s = now_s
            for problem in self.parts.refresh():
                self.notice(problem)

    def quiet(self, for_s: float) -> None:
        """Whisper nothing for so long."""
        self.parts.followed.quiet(self.clock(), for_s)

    def finish(self) -> None:
        """No sound comes any more: write down what was being said."""
        for side in SIDES:
            if (kept := self.parts.sides.get(side)) and (cut := kept.finish()):
                self._put(side, cut)

    def end(self) -> None:
        """It is over, with what was written down until now."""
        self.parts.words.stop()
        self._tell([self.parts.followed.end(self.clock())])

    def notice(self, words: str, *, again: bool = False) -> None:
        """Tell something about the following itself, once in a call unless `again`."""
        if again or words not in self._said:
            self._said.add(words)
            self.parts.tell(CallNotice(self.clock(), words))

    def facts(self) -> dict[str, Any]:
        """How it goes, for `equerry status`."""
        late_s = sorted(self.lateness)
        return {
            "seconds": round(self.clock(), 1),
            "segments": self.segments,
            "late": self.late,
            "lost_s": round(self.parts.words.lost_s, 1),
            "waiting_s": round(self.parts.words.waiting_s, 1),
            "median_s": round(statistics.median(late_s), 2) if late_s else None,
            "whispers": self.whispers,
        }

    def _put(self, side: Side, cut: CutSound) -> None:
        if lost_s := self.parts.words.put(side, cut):
            self.notice(LOST.format(seconds=round(lost_s)), again=True)

    def _look(self, now_s: float) -> None:
        """What is wrong with the sound itself."""
        sides = self.parts.sides
        if len(sides) == len(SIDES) and self._same.look(sides["owner"], sides["other"], now_s):
            self.notice(ALIKE)
        lacks = "other" not in self._heard_from if len(sides) == len(SIDES) else not self._heard_from
        if now_s > _UNHEARD_S and lacks:
            self.notice(UNHEARD)

    def _whisper(self) -> None:
        speaking = [side for side, kept in self.parts.sides.items() if kept.speaking]
        if self.paused or (speaking and len(self.parts.sides) < len(SIDES)):
            # somebody speaks with the appliance, or it answers; around a table it may be the owner who speaks
            speaking.append("owner")
        self._tell(self.parts.followed.tick(self.clock(), speaking=speaking))

    def _tell(self, events: Sequence[Any]) -> None:
        for event in events:
            if isinstance(event, Triggered | FactFound) and event.whisper:
                self.parts.ready(" ".join(event.whisper.split()[:MOST_WORDS]))
            if isinstance(event, Whispered):
                self.whispers += 1
                self.parts.whisper(event)
            self._keep(event)
            self.parts.tell(event)

    def _keep(self, event: Any) -> None:
        try:
            if self._recording:
                self._recording.take(event)
        except ExpectedError as error:
            self.notice(str(error))

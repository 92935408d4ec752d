"""The thread `call-words`: writes down what both sides say, the other side first, when the owner's commands leave the
engine free.
"""

from __future__ import annotations

import heapq
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from device.calls.cutter import CutSound
from device.wyoming.turns import EngineTurns, TooBusy
from firmware.frame import RATE, Samples
from services.calls.base import CallSegment, Side
from services.speech.base import FinalRecognizer, Hints

log = logging.getLogger(__name__)

MOST_S = 120.0
"""Seconds of sound that may wait."""

_AGAIN_S = 0.05
"""After which the engine is asked for again where it was refused."""

Whose = Callable[[Side, Samples], tuple[Side, str]]
"""Whose words a sound is, which came from this side: the side and the speaker's name. On the thread `call-words`."""
Heard = Callable[[CutSound, CallSegment], None]
"""Told of each segment, without text where it has no words. On the thread `call-words`; must not wait."""


@dataclass(order=True)
class _Waiting:
    rank: tuple[int, int]
    """The other side first, then as they came: hints follow from what that side says."""
    side: Side = field(compare=False)
    cut: CutSound = field(compare=False)
    foreseen: bool = field(default=False, compare=False)
    """It may not be all yet: told only once that is known."""

    @property
    def key(self) -> tuple[Side, int]:
        """The same while nobody has gone on."""
        return self.side, self.cut.mark


def named_as(names: Mapping[Side, str]) -> Whose:
    """Each side has a sound of its own: its words are of whoever is called so."""
    return lambda side, _: (side, names[side])


class CallWords:
    """`put` belongs to the thread `call`, `run` is a thread of its own for one call."""

    def __init__(
        self,
        finals: FinalRecognizer,
        hints: Hints,
        turns: EngineTurns,
        whose: Whose,
        heard: Heard,
        *,
        most_s: float = MOST_S,
        crashed: Callable[[Exception], None],
    ) -> None:
        """`turns`: whose turn it is with the engine; `whose`: whose words they are. `crashed` is handed a bug."""
        self._finals, self._hints, self._turns = finals, hints, turns
        self._whose, self._heard, self._crashed = whose, heard, crashed
        self._most_s = most_s
        self._waiting: list[_Waiting] = []
        self._came = count()
        self._news = threading.Condition()
        self._stopping = False
        self._now: _Waiting | None = None
        """What is being written down."""
        self._early: dict[tuple[Side, int], CallSegment] = {}
        """What was written down before it was known to be all; the last of each side."""
        self.lost_s = 0.0
        """Seconds of sound that were left out because too much waited."""
        self._thread = threading.Thread(target=self._guarded, name="call-words", daemon=True)

    @property
    def idle(self) -> bool:
        """Whether all is written down."""
        with self._news:
            return not (self._waiting or self._now)

    @property
    def waiting_s(self) -> float:
        """Seconds of sound that wait."""
        with self._news:
            return sum(_length(each.cut) for each in self._waiting)

    def start(self) -> None:
        """Write down what comes from now on."""
        self._thread.start()

    def stop(self, within_s: float = 0.3) -> None:
        """End soon; what waits is left out."""
        with self._news:
            self._stopping = True
            self._waiting.clear()
            self._news.notify_all()
        self._thread.join(within_s)

    def foresee(self, side: Side, cut: CutSound) -> None:
        """Write this down where nothing else is to be; `put` follows if that was all, and then has the words."""
        with self._news:
            if not (self._waiting or self._now or self._stopping):
                self._waiting.append(_Waiting((2, next(self._came)), side, cut, foreseen=True))
                self._news.notify_all()

    def put(self, side: Side, cut: CutSound) -> float:
        """Write this down, too. Where too much waits the owner's oldest is left out, then the other side's; how many
        seconds of sound.
        """
        lost_s, key = 0.0, (side, cut.mark)
        with self._news:
            self._waiting = [each for each in self._waiting if not each.foreseen or each.side != side]
            heapq.heapify(self._waiting)
            if self._now and self._now.foreseen and self._now.key == key:
                self._now.foreseen = False
                return 0.0
            if key in self._early:
                self._heard(cut, self._early.pop(key))
                return 0.0
            heapq.heappush(self._waiting, _Waiting((side == "owner", next(self._came)), side, cut))
            while sum(_length(each.cut) for each in self._waiting) > self._most_s and len(self._waiting) > 1:
                owners = [each for each in self._waiting if each.side == "owner"]
                oldest = min(owners or self._waiting)
                self._waiting.remove(oldest)
                heapq.heapify(self._waiting)
                lost_s += _length(oldest.cut)
            self._news.notify_all()
        self.lost_s += lost_s
        return lost_s

    def _guarded(self) -> None:
        try:
            self.run()
        except Exception as error:  # noqa: BLE001 - handed to main, which raises it: a bug is not hidden
            self._crashed(error)

    def run(self) -> None:
        """Until stopped."""
        while (due := self._next()) is not None:
            segment = self._written(due.side, due.cut)
            if segment is None or self._stopping:
                return
            with self._news:
                if due.foreseen:
                    self._early = {key: each for key, each in self._early.items() if key[0] != due.side}
                    self._early[due.key] = segment
                else:
                    self._heard(due.cut, segment)
                self._now = None

    def _next(self) -> _Waiting | None:
        with self._news:
            self._news.wait_for(lambda: self._waiting or self._stopping)
            if self._stopping:
                return None
            self._now = heapq.heappop(self._waiting)
            return self._now

    def _written(self, side: Side, cut: CutSound) -> CallSegment | None:
        """Waits for the engine for as long as it takes: nothing is dropped because a command took long. None: it is to
        stop.
        """
        while not self._stopping:
            try:
                with self._turns.turn():
                    final = self._finals.transcribe(cut.samples, hints=self._hints, hurry=True)
            except TooBusy:
                with self._news:
                    self._news.wait(_AGAIN_S)
                continue
            text = final.text.strip()
            by, name = self._whose(side, cut.samples)
            return CallSegment(by, name, cut.start_s, cut.end_s, text, final.confidence if text else 0.0)
        return None


def _length(cut: CutSound) -> float:
    return cut.samples.size / RATE

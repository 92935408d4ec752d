"""Who is written down first, and what is left out where too much waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from device.calls.cutter import CutSound
from device.calls.live.words import CallWords, named_as
from device.turn import events as on
from device.turn.session import Session
from device.wyoming.turns import EngineTurns
from firmware.frame import RATE
from services.calls.base import CallSegment, Side
from services.speech.base import no_hints
from tests.live_calls import Recogniser

NAMES: dict[Side, str] = {"owner": "owner", "other": "other"}
SPOKEN_TO, AT_REST = Session(phase="thinking"), Session(phase="idle")


def cut(number: int, seconds: float = 2.0) -> CutSound:
    return CutSound(np.zeros(round(seconds * RATE), np.int16), float(number), number + seconds, mark=number)


class Desk:
    """Words whose engine is given or taken."""

    def __init__(self, most_s: float = 120.0) -> None:
        self.turns = EngineTurns()
        self.heard: list[tuple[float, str]] = []
        self.bugs: list[Exception] = []
        self.recogniser = Recogniser()
        self.words = CallWords(
            self.recogniser, no_hints, self.turns, named_as(NAMES), self.take, most_s=most_s, crashed=self.bugs.append
        )

    def take(self, sound: CutSound, segment: CallSegment) -> None:
        self.heard.append((sound.start_s, segment.speaker if segment.text else ""))

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Somebody speaks to the appliance, and its first segment waits for the engine."""
        self.turns.watch(on.Ready(), SPOKEN_TO)
        self.words.put("other", cut(0))
        self.words.start()
        time.sleep(0.1)  # the thread takes it
        yield
        self.turns.watch(on.Ready(), AT_REST)
        self.idle()
        self.words.stop()
        assert not self.bugs

    def idle(self) -> None:
        """Until all is written down."""
        until = time.monotonic() + 10
        while not self.words.idle and time.monotonic() < until:
            time.sleep(0.01)


def test_commands_go_before_the_call_and_the_other_side_before_the_owner() -> None:
    desk = Desk()
    with desk.busy():
        for number, side in enumerate(("owner", "other", "owner", "other"), 1):
            desk.words.put("owner" if side == "owner" else "other", cut(number))
        time.sleep(0.2)
        assert desk.heard == [], "while somebody speaks to the appliance"
    assert desk.heard == [(0, "other"), (2, "other"), (4, "other"), (1, "owner"), (3, "owner")]


def test_where_too_much_waits_the_owners_oldest_is_left_out_and_told() -> None:
    desk = Desk(most_s=5.0)
    with desk.busy():
        lost = [desk.words.put(side, cut(number)) for number, side in enumerate(("owner", "owner", "other"), 1)]  # type: ignore[arg-type]
        assert lost == [0.0, 0.0, 2.0] and desk.words.lost_s == 2.0
        assert desk.words.waiting_s == 4.0
    assert desk.heard == [(0, "other"), (3, "other"), (2, "owner")]


def test_what_may_be_all_is_written_down_before_that_is_known() -> None:
    desk = Desk()
    desk.words.start()
    desk.words.foresee("other", cut(1))
    desk.idle()
    assert desk.heard == [] and len(desk.recogniser.heard) == 1
    desk.words.put("other", cut(1))
    assert desk.heard == [(1, "other")], "the words were there"
    desk.words.foresee("owner", cut(2))
    desk.idle()
    desk.words.put("owner", cut(3))
    desk.idle()
    assert desk.heard == [(1, "other"), (3, "owner")] and len(desk.recogniser.heard) == 3, "one went on"
    desk.words.stop()


def test_what_turns_out_to_be_all_while_it_is_written_down_is_told_once() -> None:
    desk = Desk()
    desk.turns.watch(on.Ready(), SPOKEN_TO)
    desk.words.start()
    desk.words.foresee("other", cut(1))
    time.sleep(0.1)  # the thread takes it
    desk.words.put("other", cut(1))
    desk.turns.watch(on.Ready(), AT_REST)
    desk.idle()
    assert desk.heard == [(1, "other")] and len(desk.recogniser.heard) == 1
    desk.words.stop()


def test_nothing_is_foreseen_while_something_waits() -> None:
    desk = Desk()
    with desk.busy():
        desk.words.foresee("owner", cut(1))
    assert len(desk.recogniser.heard) == 1


def test_what_has_no_words_is_told_as_that() -> None:
    desk = Desk()
    desk.recogniser.texts = [" "]
    with desk.busy():
        pass
    assert desk.heard == [(0, "")]


def test_it_ends_while_the_engine_is_somebody_elses() -> None:
    desk = Desk()
    desk.turns.watch(on.Ready(), SPOKEN_TO)
    desk.words.put("other", cut(0))
    desk.words.start()
    desk.words.stop(within_s=0.0)
    desk.turns.close()
    until = time.monotonic() + 10
    while any(each.name == "call-words" for each in threading.enumerate()) and time.monotonic() < until:
        time.sleep(0.01)
    assert desk.heard == []

"""The spoken code is nowhere in what an ear tells."""

from __future__ import annotations

from device.hearing.hidden import hiding
from device.turn import events as on
from services.actions.policy.code import MASK, SpokenCode
from services.speech.base import Final, Hypothesis, Partial, Segment

SAID = "four seven one one"


def final(text: str) -> on.FinalHeard:
    pieces = (Segment(text, 0.0, 1.0, -0.1, 0.0),)
    return on.FinalHeard(2, Final(text, 0.9, 0.0, pieces, first=text, others=(Hypothesis(text, 0.8, 0.2),)))


def test_nothing_an_ear_tells_has_the_code() -> None:
    told: list[object] = []
    code = SpokenCode("4711")
    emit = hiding(told.append, code, "microphone")
    code.ask("microphone")
    for text in ("four", "four seven", SAID):
        emit(on.PartialHeard(2, Partial(text, 1.0)))
    emit(final(SAID))
    assert len(told) == 4
    assert not any(f"{word} " in repr(told) or f"{word}'" in repr(told) for word in ("four", "seven"))
    assert isinstance(heard := told[-1], on.FinalHeard)
    assert heard.final.text == MASK
    assert code.taken("microphone") is True


def test_all_else_is_told_as_it_was() -> None:
    told: list[object] = []
    code = SpokenCode("4711")
    emit = hiding(told.append, code, "microphone")
    events = [
        on.PartialHeard(2, Partial("set a timer for four", 1.0)),
        final("Set a timer for four minutes."),
        on.Ready(),
    ]
    for event in events:
        emit(event)
    assert told == events
    code.ask("microphone")
    emit(final("No, never mind"))
    assert told[-1] == final("No, never mind")


def test_without_a_code_nobody_looks() -> None:
    assert hiding(print, None, "microphone") is print

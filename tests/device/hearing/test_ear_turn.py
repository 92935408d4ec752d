"""What of a turn is decoded."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
import pytest

from device.hearing.ear_turn import EDGE, EarTurn
from device.hearing.own_voice import PREROLL
from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, Frame
from services.speech.base import Final


def turn(*, woken: str = "", overheard: bool = False, since: float | None = None) -> EarTurn:
    """Ten seconds from 0.0, each frame holding its number; the ear opened at 2.0 s."""
    frames = [Frame(np.full(FRAME_SAMPLES, index, np.int16), index) for index in range(125)]
    return EarTurn(1, frames, 2.0, woken, overheard=overheard, since=since)


def heard(utterance: EarTurn, stretch: tuple[float, float] | None) -> list[float]:
    """The times of the frames that are decoded."""
    return [float(index) * FRAME_SECONDS for index in utterance.heard(stretch).samples()[::FRAME_SAMPLES]]


def test_all_is_decoded_where_nobody_else_is_told_from_the_talker() -> None:
    assert len(heard(turn(), None)) == 125


def test_what_others_said_around_the_talkers_words_is_left_out() -> None:
    times = heard(turn(), (4.0, 6.0))
    assert times[0] == pytest.approx(4.0 - EDGE, abs=FRAME_SECONDS)
    assert times[-1] == pytest.approx(6.0 + EDGE, abs=FRAME_SECONDS)
    assert np.diff(times) == pytest.approx(FRAME_SECONDS)


def test_the_wake_word_stays() -> None:
    times = heard(turn(woken="Hey Jarvis,"), (4.0, 6.0))
    assert times[0] == pytest.approx(2.0 - PREROLL, abs=FRAME_SECONDS)
    gap = int(np.argmax(np.diff(times)))
    assert times[gap] == pytest.approx(2.0 + EDGE, abs=FRAME_SECONDS)
    assert times[gap + 1] == pytest.approx(4.0 - EDGE, abs=FRAME_SECONDS)


def test_a_command_in_one_breath_with_the_wake_word_has_no_gap() -> None:
    times = heard(turn(woken="Hey Jarvis,"), (2.4, 6.0))
    assert np.diff(times) == pytest.approx(FRAME_SECONDS)


@pytest.mark.parametrize("how", [{"overheard": True}, {"since": 3.5}])
def test_what_was_heard_before_a_turn_that_goes_on_stays(how: dict[str, float]) -> None:
    times = heard(turn(**how), (4.0, 6.0))  # type: ignore[arg-type]
    assert times[0] == 0.0
    assert times[-1] == pytest.approx(6.0 + EDGE, abs=FRAME_SECONDS)


def test_a_stretch_in_which_nothing_is_left_leaves_nothing_out() -> None:
    assert len(heard(turn(), (20.0, 21.0))) == 125


@pytest.mark.parametrize(
    ("share", "woken", "patience", "may"),
    [
        (0.5, "Hey Jarvis,", None, True),
        (1.0, "Hey Jarvis,", None, True),
        (1.0, "Hey Jarvis,", 1.5, True),  # said into a reply
        (1.0, "", None, True),  # the button
        (2.0, "Hey Jarvis,", None, False),
        (0.5, "", 8.0, True),
        (1.0, "", 8.0, False),  # it opened by itself: what the television goes on to say is no part of it
    ],
)
def test_what_follows_may_belong_to_it(share: float, woken: str, patience: float | None, may: bool) -> None:
    decoded: Future[Final] = Future()
    utterance = EarTurn(1, [], 2.0, woken, patience, early=decoded, ending=(decoded, share))
    assert utterance.may_go_on is may

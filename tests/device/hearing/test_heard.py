"""The sound of a turn as it is decoded, of one microphone and of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.distance.Levenshtein import distance as edits

from benchmarks.acoustics.scenes import SCENES
from benchmarks.finals import plain
from benchmarks.rooms import SENTENCES_SAID
from device.hearing.heard import BEFORE, HeardTurn, Lately
from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, Frame
from services.speech.finals.whisper import WhisperFinals
from tests.voices import take


def frames(count: int, *, first: int = 0, microphones: int = 0) -> list[Frame]:
    """The sample of each is its number; of an array with noise of each microphone."""
    chance = np.random.default_rng(first)
    return [
        Frame(
            np.full(FRAME_SAMPLES, index, np.int16),
            index,
            chance.integers(-3000, 3000, (FRAME_SAMPLES, microphones), np.int16) if microphones else None,
        )
        for index in range(first, first + count)
    ]


def all_of(heard: Sequence[Frame], before: Sequence[Frame] = ()) -> HeardTurn:
    return HeardTurn(heard, [True] * len(heard), before)


@pytest.mark.parametrize(
    "heard",
    [
        all_of(frames(20)),
        all_of(frames(5, microphones=4)),
        all_of([*frames(20, microphones=4), *frames(1, first=20)]),
        all_of([*frames(10, microphones=4), *frames(10, first=10, microphones=2)]),
    ],
    ids=["one microphone", "too short to learn a room", "its own voice at the end", "opened anew"],
)
def test_what_can_t_be_cleared_stays_as_it_was_heard(heard: HeardTurn) -> None:
    assert np.array_equal(heard.cleared(), heard.samples())


def test_of_an_array_another_sound_as_long_comes_out() -> None:
    heard = all_of(frames(20, first=30, microphones=4), frames(30, microphones=4))
    out = heard.cleared()
    assert out.size == 20 * FRAME_SAMPLES and not np.array_equal(out, heard.samples())


def test_what_its_own_voice_was_in_stays_as_it_was_heard() -> None:
    out = all_of([*frames(5), *frames(20, first=5, microphones=4)]).cleared()
    assert list(out[: 5 * FRAME_SAMPLES : FRAME_SAMPLES]) == list(range(5))
    assert np.abs(out[5 * FRAME_SAMPLES :]).max() > 100


def test_only_what_is_the_talkers_is_decoded() -> None:
    heard = frames(20, microphones=2)
    chosen = HeardTurn(heard, [3 <= frame.index < 9 for frame in heard])
    assert list(chosen.samples()[::FRAME_SAMPLES]) == list(range(3, 9))
    assert np.array_equal(chosen.cleared(), all_of(heard).cleared()[3 * FRAME_SAMPLES : 9 * FRAME_SAMPLES])


def test_a_turn_reaches_back_and_knows_what_was_before_it() -> None:
    lately = Lately(0.8)
    assert lately.now == 0.0 and lately.newest() == ([], [])
    for frame in frames(BEFORE + 50):
        lately.hear(frame)
    before, own = lately.newest()
    assert [frame.index for frame in (*before, *own)] == list(range(40, BEFORE + 50)) and len(own) == 10
    before, own = lately.newest(0.4)
    assert len(before) == BEFORE and len(own) == 5
    assert lately.newest(9.0)[1] == lately.newest()[1] and lately.newest(0.0)[1] == []
    assert lately.now == pytest.approx((BEFORE + 50) * FRAME_SECONDS)
    lately.clear()
    assert lately.newest() == ([], [])


def test_silence_has_as_many_microphones() -> None:
    (frame,) = frames(1, first=7, microphones=3)
    silence = frame.silenced()
    assert silence.index == 7 and not silence.samples.any()
    assert silence.channels is not None and silence.channels.shape == (FRAME_SAMPLES, 3) and not silence.channels.any()
    assert frames(1)[0].silenced().channels is None


@pytest.mark.engine
def test_words_said_across_a_room_are_heard_better_by_four_microphones(model_folder: Callable[[str], Path]) -> None:
    """Eight commands 3.5 m away, over a fan."""
    loud = next(scene for scene in SCENES if scene.name == "across a loud room")
    finals = WhisperFinals(model_folder("equerry-ears"))
    errors = {1: 0, 4: 0}
    for seed, command in enumerate(SENTENCES_SAID):
        spoken = take(command, voice="piper", lead=2.0)
        for count in errors:
            heard = loud.heard(spoken.samples, count, seed)
            first, last = (round(at / FRAME_SECONDS) for at in (spoken.command_start - 0.2, spoken.command_end + 0.5))
            text = finals.transcribe(all_of(heard[first:last], heard[:first]).cleared()).text
            errors[count] += edits(plain(command).split(), plain(text).split())
    assert errors[4] <= 0.6 * errors[1]

"""Partials by rolling decodes: stable words only, at most one decode waits, none while held."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, RATE, Frame, Samples
from services.speech.base import Partial
from services.speech.partials.rolling import RollingPartials, StableWords
from tests.doubles.speech import ScriptedPartials

PATIENCE = 20.0
"""Seconds after which a test that waits for a thread fails."""


def frame(index: int) -> Frame:
    return Frame(np.full(FRAME_SAMPLES, index, np.int16), index)


def feed(partials: RollingPartials, count: int, start: int = 0) -> list[Partial]:
    return [shown for index in range(start, start + count) if (shown := partials.process(frame(index)))]


def speller(words: str) -> Callable[[Samples], str]:
    """A decode that hears two words a second."""
    return lambda samples: " ".join(words.split()[: int(2 * samples.size / RATE)])


class Gate:
    """A decode that begins and ends when the test says so."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.begun = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.texts: list[str] = []

    def __call__(self, samples: Samples) -> str:
        self.sizes.append(samples.size)
        self.begun.release()
        assert self.go.acquire(timeout=PATIENCE)
        return self.texts.pop(0) if self.texts else "set a timer"

    def finish(self) -> None:
        self.go.release()

    def wait_begun(self) -> None:
        assert self.begun.acquire(timeout=PATIENCE)


@contextmanager
def live(decode: Callable[[Samples], str], clock: Callable[[], float] = float) -> Iterator[RollingPartials]:
    """By this clock a decode takes no time, unless another is given."""
    partials = RollingPartials(decode, inline=False, every=FRAME_SECONDS, clock=clock)
    try:
        yield partials
    finally:
        if isinstance(decode, Gate):
            decode.go.release(1000)
        partials.close()


def until(partials: RollingPartials, index: int) -> Partial:
    """Process frames until the thread's decode shows."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if shown := partials.process(frame(index)):
            return shown
        index += 1
        time.sleep(0.001)
    raise AssertionError("no partial came")


def test_words_show_when_two_decodes_agree() -> None:
    words = StableWords()
    assert not words.take("set a")
    assert words.take("set a time")
    assert words.shown == ["set", "a"]
    assert words.take("Set a timer for") is False
    assert words.take("Set a timer for ten")
    assert words.shown == ["set", "a", "timer", "for"]


def test_a_shown_word_stays_though_it_is_heard_otherwise_later() -> None:
    words = StableWords()
    for text in ("create a test", "create a test", "create a task to call", "create a task to call Anna"):
        words.take(text)
    assert words.shown == ["create", "a", "test", "to", "call"]


def test_when_all_is_heard_otherwise_nothing_is_added() -> None:
    words = StableWords()
    for text in ("one two three four five", "one two three four five", "nine eight", "nine eight seven"):
        words.take(text)
    assert words.shown == ["one", "two", "three", "four", "five"]


@given(st.lists(st.lists(st.sampled_from(["set", "a", "timer", "for", "ten"]), max_size=6).map(" ".join), max_size=12))
def test_what_is_shown_only_grows(decodes: list[str]) -> None:
    words, before = StableWords(), []
    for text in decodes:
        grew = words.take(text)
        assert words.shown[: len(before)] == before
        assert grew == (len(words.shown) > len(before))
        before = list(words.shown)


def test_inline_decodes_at_fixed_audio_times() -> None:
    sizes: list[int] = []

    def decode(samples: Samples) -> str:
        sizes.append(samples.size)
        return "set a timer for ten minutes"[: 6 * len(sizes)]

    partials = RollingPartials(decode, inline=True, every=0.64)
    first = feed(partials, 50)
    assert sizes == [n * 8 * FRAME_SAMPLES for n in range(1, 7)]
    assert [shown.text for shown in first] == [
        "set a",
        "set a timer",
        "set a timer for",
        "set a timer for ten",
        "set a timer for ten minutes",
    ]
    assert [shown.at for shown in first] == pytest.approx([1.28, 1.92, 2.56, 3.2, 3.84])
    partials.reset()
    sizes.clear()
    assert feed(partials, 50) == first


@pytest.mark.parametrize(("took", "frames"), [(0.0, 1), (0.04, 1), (0.12, 3), (0.4, 10), (30.0, 25)])
def test_it_rests_as_long_as_it_decoded(took: float, frames: int) -> None:
    decode, moment = Gate(), [0.0]
    with live(decode, lambda: moment[0]) as partials:
        for number in range(1, 4):
            feed(partials, frames if number > 1 else 1, decode.sizes[-1] // FRAME_SAMPLES if decode.sizes else 0)
            decode.wait_begun()
            if number > 1:
                assert decode.sizes[-1] - decode.sizes[-2] == frames * FRAME_SAMPLES
            moment[0] += took
            decode.finish()
            decoded(partials, number)


def decoded(partials: RollingPartials, times: int) -> None:
    """Until its thread waits for the next request."""
    end = time.monotonic() + PATIENCE
    while partials.decodes < times:
        assert time.monotonic() < end
        time.sleep(0.001)


def test_inline_gives_the_decode_the_sound_of_this_utterance() -> None:
    heard: list[Samples] = []
    partials = RollingPartials(lambda samples: heard.append(samples) or "", inline=True, every=2 * FRAME_SECONDS)  # type: ignore[func-returns-value]
    feed(partials, 3)
    partials.reset()
    feed(partials, 2, start=7)
    assert [set(np.unique(samples)) for samples in heard] == [{0, 1}, {7, 8}]


def test_no_decode_begins_while_held() -> None:
    sizes: list[int] = []
    partials = RollingPartials(lambda samples: sizes.append(samples.size) or "", inline=True, every=FRAME_SECONDS)  # type: ignore[func-returns-value]
    feed(partials, 2)
    partials.hold(True)
    feed(partials, 5, start=2)
    assert len(sizes) == 2
    partials.hold(False)
    feed(partials, 1, start=7)
    assert sizes[2:] == [8 * FRAME_SAMPLES]


def test_a_long_utterance_stays_bounded_and_keeps_its_words() -> None:
    sizes: list[int] = []

    def decode(samples: Samples) -> str:
        sizes.append(samples.size)
        # The samples of a frame hold its index: a word a second, numbered from the start.
        return " ".join(str(second) for second in range(int(samples[0]) // 13 + 1, int(samples[-1]) // 13 + 1))

    partials = RollingPartials(decode, inline=True, every=0.6, longest=5.0)
    shown = feed(partials, 1000)
    assert max(sizes) <= 6 * RATE
    assert shown[-1].text.split()[:60] == [str(second) for second in range(1, 61)]
    assert all(later.text.startswith(earlier.text) for earlier, later in itertools.pairwise(shown))


def test_live_shows_what_the_thread_decoded() -> None:
    with live(lambda _: "set a timer") as partials:
        assert until(partials, 0).text == "set a timer"


def test_live_at_most_one_decode_waits_and_it_is_the_newest() -> None:
    gate = Gate()
    with live(gate) as partials:
        feed(partials, 1)
        gate.wait_begun()
        feed(partials, 5, start=1)
        gate.finish()
        gate.wait_begun()
        gate.finish()
        assert gate.sizes == [FRAME_SAMPLES, 6 * FRAME_SAMPLES]


def test_live_processing_never_waits_for_a_decode() -> None:
    gate = Gate()
    with live(gate) as partials:
        assert feed(partials, 200) == []


def test_live_what_was_decoded_of_the_last_utterance_is_not_shown() -> None:
    gate = Gate()
    gate.texts = ["old words", "new words", "new words"]
    with live(gate) as partials:
        feed(partials, 1)
        gate.wait_begun()
        partials.reset()
        gate.finish()
        feed(partials, 1)
        gate.go.release(1000)
        gate.texts = []
        assert "old" not in until(partials, 1).text


def test_live_holding_takes_the_waiting_decode_back() -> None:
    gate = Gate()
    with live(gate) as partials:
        feed(partials, 1)
        gate.wait_begun()
        feed(partials, 1, start=1)
        partials.hold(True)
        gate.finish()
        feed(partials, 5, start=2)
        partials.hold(False)
        feed(partials, 1, start=7)
        gate.wait_begun()
        assert gate.sizes == [FRAME_SAMPLES, 8 * FRAME_SAMPLES]


def test_a_bug_in_the_decode_is_not_hidden_in_its_thread() -> None:
    def decode(_: Samples) -> str:
        raise ZeroDivisionError("a bug")

    with live(decode) as partials, pytest.raises(ZeroDivisionError):
        until(partials, 0)


def test_close_ends_the_thread() -> None:
    partials = RollingPartials(speller("a b c"), inline=False)
    assert any(thread.name == "partials" for thread in threading.enumerate())
    partials.close()
    partials.close()
    assert not any(thread.name == "partials" and thread.is_alive() for thread in threading.enumerate())
    assert feed(partials, 20) == []


def test_the_scripted_partials_behave() -> None:
    partials = ScriptedPartials([(0.1, "set"), (0.3, "set a timer")])
    for _ in range(2):
        shown = [partial for index in range(6) if (partial := partials.process(frame(index)))]
        assert [partial.text for partial in shown] == ["set", "set a timer"]
        partials.reset()
    partials.hold(True)
    assert [partials.process(frame(index)) for index in range(6)] == [None] * 6
    partials.failing = RuntimeError("broken")
    with pytest.raises(RuntimeError):
        partials.process(frame(0))

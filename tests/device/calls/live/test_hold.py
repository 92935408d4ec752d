"""A call on which nobody speaks: silence until it is over, and music on hold, heard by the real engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from device.calls.live.following import UNHEARD
from device.configuration.load import load
from device.turn import events as on
from device.wiring.ear import final_engine, load_vad
from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, RATE, Frame, Samples
from services.calls.base import CallEnded, SegmentHeard, Whispered
from services.store.store import Store
from tests.live_calls import CallDesk, frames

HOUR_S = 3_600.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CallDesk]:
    with Store(tmp_path / "equerry.db") as store:
        yield CallDesk(store)


def pass_time(desk: CallDesk, seconds: float, line: Samples | None = None) -> None:
    """Both sides for so long: a quiet room, and silence or this on the line, again and again; until it is over."""
    still = next(frames(FRAME_SECONDS, 1, voice=False)).samples
    for number in range(10_000, 10_000 + round(seconds / FRAME_SECONDS)):
        owner, other = desk.sounds.owner, desk.sounds.other
        if not (owner and other):
            return
        at = number * FRAME_SAMPLES % (line.size - FRAME_SAMPLES) if line is not None else 0
        owner(Frame(still, number))
        other(Frame(still if line is None else line[at : at + FRAME_SAMPLES], number))
        desk.clock.now += FRAME_SECONDS
        if number % 50 == 0:
            desk.settle()
            desk.until(lambda: desk.made[-1].parts.words.idle)
    desk.settle()


def test_an_hour_of_silence_is_a_call_that_ends_after_a_quarter_of_it(desk: CallDesk) -> None:
    settings = load()
    desk.vad = lambda: load_vad(settings)
    with desk.running():
        desk.begin()
        pass_time(desk, HOUR_S)
        desk.until(lambda: not desk.calls.who)
        assert desk.notices == [UNHEARD] and not desk.of(SegmentHeard) and not desk.asides
        assert desk.record.status == "ended"
        assert [each.at_s for each in desk.of(CallEnded)] == [pytest.approx(900, abs=10)]
        assert any(isinstance(each, on.Announced) and "no longer follow" in each.text for each in desk.put)


@pytest.mark.parametrize("pack", ["sales", "support", "interview", "weekly"])
def test_on_hold_a_silence_is_told_of_once(desk: CallDesk, pack: str) -> None:
    desk.pack = pack
    with desk.running():
        desk.begin()
        desk.say("other", "One moment please, I will have a look.")
        pass_time(desk, 600)
    whispered = [each.cause for each in desk.of(Whispered)]
    assert len(whispered) == len(set(whispered)) <= 2, whispered


def melody(seconds: float, timbre: str) -> Samples:
    """Two notes a second that fade; bells, or strings with drums."""
    at = np.arange(round(seconds * RATE)) / RATE
    random, sound = np.random.default_rng(2), np.zeros(at.size)
    for place in range(0, at.size, RATE // 2):
        note, since = random.choice([220, 262, 294, 330, 392, 440]), at[: at.size - place]
        partials = range(1, 2 if timbre == "bells" else 9)
        trembling = 0.0 if timbre == "bells" else 0.3 * np.sin(2 * np.pi * 5 * since)
        wave = sum(np.sin(2 * np.pi * note * each * since + trembling) / each for each in partials)
        drum = random.normal(0, 0.6, since.size) * np.exp(-50 * since) * (timbre != "bells")
        sound[place:] += wave * np.exp(-2 * since) + drum
    loudest: Samples = (sound / np.abs(sound).max() * 9_000).astype(np.int16)
    return loudest


@pytest.mark.engine
@pytest.mark.parametrize("timbre", ["bells", "strings and drums"])
def test_music_on_hold_says_nothing(desk: CallDesk, model_folder: Callable[[str], Path], timbre: str) -> None:
    settings = load()
    desk.vad = lambda: load_vad(settings)
    desk.finals = final_engine("whisper").load(model_folder(settings.finals.model), 1)
    desk.pack = "support"
    with desk.running():
        desk.begin()
        pass_time(desk, 70, melody(30, timbre))
    assert not desk.of(SegmentHeard) and not desk.asides and not desk.record.proposals
    assert desk.notices == [UNHEARD]

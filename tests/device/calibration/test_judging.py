"""Verdicts on rooms, voices and channels that are as they are told to be."""

from __future__ import annotations

import math

import numpy as np
import pytest

from device.calibration.levels import Sound
from device.calibration.report import CalibrationReport, judge
from firmware.boards import board
from firmware.sound.array import SOUND
from firmware.sound.shape import ArrayShape

RATE = 16_000
FOUR = board("respeaker-4-mic").microphone.shape


def hiss(seconds: float, dbfs: float, channels: int = 1, seed: int = 0) -> Sound:
    noise = np.random.default_rng(seed).standard_normal((round(seconds * RATE), channels)) * 10 ** (dbfs / 20)
    return noise.astype(np.float32)


def voice(dbfs: float, seconds: float = 3.0) -> np.ndarray:
    """Syllables of noise like a voice, of this active level."""
    t = np.arange(round(seconds * RATE)) / RATE
    sound = np.convolve(np.random.default_rng(3).standard_normal(len(t)), np.hanning(9), "same") * (
        np.sin(2 * np.pi * 2 * t) > -0.3
    )
    return (sound / np.sqrt(np.mean(np.square(sound[sound != 0]))) * 10 ** (dbfs / 20)).astype(np.float32)


def found(
    *channels: float | None, noise: float = -65.0, array: ArrayShape | None = None, chosen: int = 0
) -> CalibrationReport:
    """A report of channels in which the same voice has these levels; None: a dead one."""
    quiet = hiss(2, noise, len(channels))
    speech = hiss(3, noise, len(channels), seed=1)
    for index, level in enumerate(channels):
        if level is None:
            quiet[:, index] = speech[:, index] = 0.0
        else:
            speech[:, index] += voice(level)
    return judge(quiet, speech, RATE, array=array, chosen=chosen)


def states(report: CalibrationReport) -> dict[str, str]:
    return {line.what: line.state for line in report.lines}


def words(report: CalibrationReport, what: str) -> str:
    return next(line.words for line in report.lines if line.what == what)


def test_all_is_well() -> None:
    report = found(-26.0)
    assert set(states(report).values()) == {"well"}
    assert report.gain == 0.0 and not report.suggestions


@pytest.mark.parametrize(("level", "turn"), [(-40.0, 14.0), (-20.5, 0.0), (-31.0, 0.0), (-17.0, -9.0)])
def test_the_gain_goes_to_where_speech_is_best(level: float, turn: float) -> None:
    assert found(level).gain == pytest.approx(turn, abs=1.5)


def test_the_gain_leaves_room_for_the_peaks() -> None:
    quiet, speech = hiss(2, -70), hiss(3, -70, seed=1)
    speech[:, 0] += voice(-40)
    speech[1000, 0] = 0.5
    assert judge(quiet, speech, RATE).gain == 0.0, "3 dB is all there is, and not worth it"


def test_what_is_cut_off_goes_down_by_6_db_at_least() -> None:
    quiet, speech = hiss(2, -60), np.clip(hiss(3, -60) + voice(-6)[:, None], -0.7, 0.7)
    report = judge(quiet, speech, RATE)
    assert states(report)["clipping"] == "amiss" and report.gain <= -6


def test_nobody_spoke_so_nothing_is_turned() -> None:
    report = judge(hiss(2, -50), hiss(3, -50, seed=1), RATE)
    assert states(report)["speech"] == "amiss" and report.gain == 0.0


@pytest.mark.parametrize(("noise", "state"), [(-65.0, "well"), (-42.0, "look"), (-33.0, "amiss")])
def test_speech_must_be_over_the_room(noise: float, state: str) -> None:
    assert states(found(-26.0, noise=noise))["clarity"] == state


def test_a_loud_room_and_an_offset_are_told() -> None:
    assert states(found(-20.0, noise=-40.0))["room"] == "look"
    report = judge(hiss(2, -60) + np.float32(0.03), hiss(3, -60) + voice(-26)[:, None] + np.float32(0.03), RATE)
    assert "+3.0%" in words(report, "DC offset")


def test_a_dead_channel_of_two_is_told_and_the_other_one_suggested() -> None:
    report = found(None, -26.0)
    assert states(report)["channel 1"] == "amiss"
    assert [(each.key, each.value) for each in report.suggestions] == [("microphone.channel", "2")]


def test_a_deaf_channel_likewise() -> None:
    quiet, speech = hiss(2, -60, 2), hiss(3, -60, 2)
    speech += voice(-26)[:, None]
    quiet[:, 1] *= 0.01
    speech[:, 1] *= 0.01
    report = judge(quiet, speech, RATE)
    assert "softer" in words(report, "channel 2")
    assert [each.value for each in report.suggestions] == ["1"]


def test_the_channel_that_is_set_and_dead_is_left_for_the_one_that_lives() -> None:
    report = found(-26.0, None, chosen=2)
    assert states(report) == {"channels": "amiss"}, "nothing comes of what is listened to"


def test_all_dead() -> None:
    report = found(None, None)
    assert "switch" in words(report, "channels") and not report.suggestions


def test_upside_down_channels_cancel() -> None:
    quiet, speech = hiss(2, -65, 2), hiss(3, -65, 2, seed=1)
    speech[:, 0] += voice(-26)
    speech[:, 1] -= voice(-26)
    report = judge(quiet, speech, RATE)
    assert "upside down" in words(report, "channels")
    assert [each.key for each in report.suggestions] == ["microphone.channel"]


def test_one_microphone_on_two_channels_is_no_harm() -> None:
    quiet, speech = np.repeat(hiss(2, -65), 2, axis=1), np.repeat(hiss(3, -65) + voice(-26)[:, None], 2, axis=1)
    report = judge(quiet, speech, RATE)
    assert "very same" in words(report, "channels") and states(report)["channels"] == "well"


def array_of(order: tuple[int, ...], degrees: float) -> tuple[Sound, Sound]:
    """What four microphones hear of somebody there, in this order of channels."""
    turn, spectrum, hertz = (
        math.radians(degrees),
        np.fft.rfft(voice(-26), 2 * 3 * RATE),
        np.fft.rfftfreq(2 * 3 * RATE, 1 / RATE),
    )
    speech = hiss(3, -65, 4, seed=1)
    for index, place in enumerate(order):
        x, y = FOUR.places[place]
        late = -(math.cos(turn) * x + math.sin(turn) * y) / SOUND
        speech[:, index] += np.fft.irfft(spectrum * np.exp(-2j * np.pi * hertz * late))[: 3 * RATE].astype(np.float32)
    return hiss(2, -65, 4), speech


@pytest.mark.parametrize("degrees", [20, 130, 200])
def test_swapped_channels_of_an_array_are_seen(degrees: float) -> None:
    right = judge(*array_of((0, 1, 2, 3), degrees), RATE, array=FOUR)
    assert not [line for line in right.lines if "order" in line.words]
    wrong = judge(*array_of((1, 0, 2, 3), degrees), RATE, array=FOUR)
    assert [line.state for line in wrong.lines if "order" in line.words] == ["look"]


def test_an_array_does_without_a_dead_channel_by_itself() -> None:
    quiet, speech = array_of((0, 1, 2, 3), 70)
    quiet[:, 3] = speech[:, 3] = 0
    report = judge(quiet, speech, RATE, array=FOUR)
    assert "does without it" in words(report, "channel 4") and not report.suggestions

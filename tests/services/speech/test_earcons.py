"""The earcons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from firmware.frame import FRAME_SAMPLES, RATE, Frame, Samples, level_dbfs
from services.speech.finals.whisper import WhisperFinals
from services.speech.vad import SileroVad
from services.speech.voice.earcons import NAMES, earcon
from services.wake.base import WakeSettings
from services.wake.openwakeword import OpenWakeWord
from tests.voices import pink_noise, speak


def heard_in_a_room(*parts: tuple[float, Samples], seconds: float) -> Samples:
    """Sounds, each at its second, in a quiet room at 16 kHz."""
    sum_of_all = pink_noise(round(seconds * RATE), -66.0)
    for at, sound in parts:
        first = round(at * RATE)
        sum_of_all[first : first + sound.size] += sound
    return np.clip(np.rint(sum_of_all), -32768, 32767).astype(np.int16)


def frames(samples: Samples) -> list[Frame]:
    whole = samples[: samples.size // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return [Frame(block, index) for index, block in enumerate(whole)]


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 48_000])
@pytest.mark.parametrize("name", NAMES)
def test_short_soft_and_the_same_each_time(name: str, rate: int) -> None:
    sound = earcon(name, rate)
    earcon.cache_clear()
    assert np.array_equal(sound, earcon(name, rate))
    assert sound.dtype == np.int16
    assert sound.size / rate <= (1.3 if name == "ring" else 0.2501)
    peak = 20 * np.log10(np.abs(sound.astype(np.int32)).max() / 32768)
    assert -18.1 < peak < -11.9
    # A soft attack and end: the first and last millisecond are far below the peak.
    edge = rate // 1000
    assert max(level_dbfs(sound[:edge]), level_dbfs(sound[-edge:])) < peak - 18


def test_they_are_told_apart_by_rising_and_falling() -> None:
    def pitch(sound: Samples) -> float:
        spectrum = np.abs(np.fft.rfft(sound, 1 << 16))
        return float(np.argmax(spectrum)) * 22_050 / (1 << 16)

    for name, rises in (("heard", True), ("done", True), ("failed", False)):
        sound = earcon(name, 22_050)
        first, last = pitch(sound[: sound.size // 3]), pitch(sound[-sound.size // 3 :])
        assert (last > 1.3 * first) if rises else (last < 0.8 * first)


def test_another_name_is_a_bug() -> None:
    with pytest.raises(KeyError):
        earcon("fanfare", 16_000)


@pytest.mark.engine
@pytest.mark.parametrize("gain", [1.0, 0.25])
@pytest.mark.parametrize("name", NAMES)
def test_no_earcon_is_taken_for_a_voice(name: str, gain: float, model_folder: Callable[[str], Path]) -> None:
    sound = np.rint(earcon(name, RATE) * gain).astype(np.int16)
    vad = SileroVad(model_folder("silero-vad"))
    assert max(vad.process(frame) for frame in frames(heard_in_a_room((0.5, sound), seconds=2.5))) < 0.3


@pytest.mark.engine
def test_no_earcon_is_taken_for_the_wake_word(model_folder: Callable[[str], Path]) -> None:
    words = ("hey_jarvis", "alexa", "hey_mycroft", "hey_rhasspy")
    settings = {word: WakeSettings(threshold=0.1, near=0.05) for word in words}
    room = heard_in_a_room(
        *((1.5 * (index + 1), earcon(name, RATE)) for index, name in enumerate(NAMES)), seconds=1.5 * (len(NAMES) + 1.5)
    )
    detector = OpenWakeWord(model_folder("openwakeword"), settings)
    assert [detector.process(frame) for frame in frames(room)] == [None] * len(frames(room))


@pytest.mark.engine
def test_heard_does_not_end_up_in_the_transcript(model_folder: Callable[[str], Path]) -> None:
    """It sounds while the command begins, so it is in the microphone too."""
    finals = WhisperFinals(model_folder("whisper-tiny.en"))
    for name in NAMES:
        assert finals.transcribe(heard_in_a_room((0.3, earcon(name, RATE)), seconds=2.0)).text == ""
    command = speak("what time is it")
    assert "what time is it" in finals.transcribe(heard_in_a_room((0.2, command), seconds=2.0)).text.lower()
    for late in (0.0, 0.15):
        said = finals.transcribe(heard_in_a_room((0.2, earcon("heard", RATE)), (0.2 + late, command), seconds=2.0)).text
        assert said.lower().strip(" .?!") == "what time is it"

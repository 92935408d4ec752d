"""A call from a sound file: who speaks when, and files that are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from device.calls.sound import SidesAlike, SidesMissing, segments_of_file
from device.configuration.load import load
from device.wiring.basis import model_folder
from device.wiring.ear import final_engine, load_vad
from firmware.base import AudioFileEmpty, AudioFileUnreadable
from firmware.frame import RATE
from services.calls.base import CallSegment, Side
from tests.voices import speak

NAMES: dict[Side, str] = {"owner": "Anna", "other": "Tom"}
Sound = npt.NDArray[np.float32]


def heard(path: Path, warn: Callable[[str], None] = print) -> list[CallSegment]:
    settings = load()
    finals = final_engine("whisper").load(model_folder(settings, settings.finals.model), 1)
    return list(segments_of_file(path, NAMES, lambda: load_vad(settings), finals, warn=warn))


def silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def written(path: Path, left: Sound, right: Sound) -> Path:
    size = max(left.size, right.size)
    sides = [np.pad(side, (0, size - side.size)) for side in (left, right)]
    noise = np.random.default_rng(1).normal(0, 1e-4, (size, 2))
    soundfile.write(path, np.stack(sides, axis=1) + noise, RATE)
    return path


def said(text: str) -> Sound:
    return speak(text, "piper").astype(np.float32) / 32768.0


def test_each_side_is_heard_at_its_time_also_where_both_talk(tmp_path: Path) -> None:
    quote, price = said("I will send you the quote by Friday."), said("How much would that cost?")
    left = np.concatenate([silence(1), quote, silence(4)])
    right = np.concatenate([silence(1 + quote.size / RATE - 0.4), price, silence(1)])
    owner, other = sorted(heard(written(tmp_path / "call.wav", left, right)), key=lambda each: each.start_s)
    assert (owner.side, owner.speaker, other.side) == ("owner", "Anna", "other")
    assert "quote" in owner.text.lower() and "cost" in other.text.lower()
    assert owner.start_s == pytest.approx(1.0, abs=0.6) and other.start_s < owner.end_s + 0.5


def test_silence_has_no_segments(tmp_path: Path) -> None:
    assert heard(written(tmp_path / "call.wav", silence(5), silence(5))) == []


def test_one_channel_is_told(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "call.wav", silence(1), RATE)
    with pytest.raises(SidesMissing, match="has 1 channels; a call needs two"):
        heard(tmp_path / "call.wav")


def test_both_channels_the_same_is_told(tmp_path: Path) -> None:
    sound = np.sin(np.arange(30 * RATE, dtype=np.float32) / 20) * 0.3
    with pytest.raises(SidesAlike, match="same sound"):
        heard(written(tmp_path / "call.wav", sound, sound))


def test_a_file_that_is_no_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(b"RIFF\x00\x00garbage" * 20)
    with pytest.raises(AudioFileUnreadable):
        heard(tmp_path / "call.wav")
    (tmp_path / "empty.wav").write_bytes(b"")
    with pytest.raises(AudioFileEmpty):
        heard(tmp_path / "empty.wav")


def test_a_file_that_was_cut_off_gives_what_is_there(tmp_path: Path) -> None:
    whole = written(tmp_path / "call.wav", np.concatenate([said("I will call you tomorrow."), silence(2)]), silence(1))
    cut = tmp_path / "cut.wav"
    cut.write_bytes(whole.read_bytes()[: -RATE * 2])
    (segment,) = heard(cut)
    assert segment.side == "owner" and "call" in segment.text.lower()


GERMAN = (
    "Guten Tag, hier ist Müller, ich rufe wegen der Rechnung vom letzten Monat an.",
    "Können Sie mir bitte sagen, wann die Lieferung endlich kommt?",
    "Wir haben schon dreimal angerufen und niemand weiß etwas davon.",
    "Dann möchte ich bitte mit Ihrem Vorgesetzten sprechen, und zwar heute noch.",
    "Nein, das habe ich so nicht bestellt, und bezahlen werde ich es auch nicht.",
)


def test_another_language_is_told_of_once_and_little_is_made_of_it(tmp_path: Path) -> None:
    spoken = [speak(text, "espeak:de").astype(np.float32) / 32768.0 for text in GERMAN]
    right = np.concatenate([part for sound in spoken for part in (sound, silence(1))])
    told: list[str] = []
    made = heard(written(tmp_path / "call.wav", silence(1), right), told.append)
    assert len(told) == 1 and "the words of Tom" in told[0] and "another language" in told[0]
    assert len(made) < len(GERMAN)


def test_music_on_hold_has_no_words(tmp_path: Path) -> None:
    seconds = np.arange(20 * RATE) / RATE
    notes = np.random.default_rng(1).choice([220, 262, 294, 330, 392, 440], 40)
    melody = sum(
        np.sin(2 * np.pi * note * seconds) * np.exp(-3 * np.maximum(0, seconds - at / 2)) * (seconds >= at / 2)
        for at, note in enumerate(notes)
    )
    assert heard(written(tmp_path / "call.wav", silence(20), (0.1 * melody).astype(np.float32))) == []

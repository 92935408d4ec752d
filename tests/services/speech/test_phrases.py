"""The cache of spoken phrases."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from services.speech.voice.phrases import CachedVoice
from tests.doubles.speech import SineVoice


def test_a_phrase_is_made_once(tmp_path: Path) -> None:
    voice = SineVoice()
    first = CachedVoice(voice, tmp_path / "phrases").synthesize("Task created.")
    cached = CachedVoice(voice, tmp_path / "phrases")
    again = cached.synthesize("Task  created. ")
    assert voice.said == ["Task created."]
    assert again.dtype == np.int16
    assert np.array_equal(first, again)
    assert (cached.hits, cached.misses, cached.rate) == (1, 0, voice.rate)


def test_another_voice_or_speed_is_another_sound(tmp_path: Path) -> None:
    slow, fast = SineVoice(name="joe@1"), SineVoice(name="joe@1.2")
    for voice in (slow, fast):
        CachedVoice(voice, tmp_path).synthesize("Done.")
    assert slow.said == fast.said == ["Done."]


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b"", lambda b: b[:5], lambda b: b[:-3] + b"xyz", lambda b: b"RIFF" + b]
)
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage) -> None:
    voice = SineVoice()
    cached = CachedVoice(voice, tmp_path)
    right = cached.synthesize("Done.")
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert np.array_equal(cached.synthesize("Done."), right)
    assert np.array_equal(cached.synthesize("Done."), right)
    assert (cached.hits, cached.misses) == (1, 2)


def test_the_phrases_not_said_for_longest_go_first(tmp_path: Path) -> None:
    voice = SineVoice()
    one = voice.synthesize("one").nbytes + 22
    cached = CachedVoice(voice, tmp_path, limit_bytes=4 * one)
    for age, word in enumerate(["one", "two", "six", "ten"]):
        cached.synthesize(word)
        (newest,) = [file for file in tmp_path.iterdir() if file.stat().st_mtime > 1_000_000]
        os.utime(newest, (1000 + age, 1000 + age))
    cached.synthesize("one")  # just used
    cached.synthesize("new")
    voice.said.clear()
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 4 * one
    cached.synthesize("one")
    cached.synthesize("new")
    assert voice.said == []
    cached.synthesize("two")
    assert voice.said == ["two"]


def test_a_phrase_larger_than_the_limit_is_not_kept(tmp_path: Path) -> None:
    cached = CachedVoice(SineVoice(), tmp_path, limit_bytes=100)
    assert cached.synthesize("Done.").size
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_never_stops_speech(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert CachedVoice(SineVoice(), tmp_path).synthesize("Done.").size
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_not_be_made_never_stops_speech(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    cached = CachedVoice(SineVoice(), blocked / "phrases")
    assert cached.synthesize("Done.").size
    assert cached.synthesize("Done.").size
    assert cached.misses == 2


def test_an_error_of_the_voice_is_not_swallowed(tmp_path: Path) -> None:
    voice = SineVoice()
    voice.failing = RuntimeError("broken")
    with pytest.raises(RuntimeError):
        CachedVoice(voice, tmp_path).synthesize("Done.")

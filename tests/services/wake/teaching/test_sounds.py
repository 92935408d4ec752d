"""Words in sound: found, put into rooms, and refused where they are of no use. No models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from firmware.frame import RATE, Samples, level_dbfs
from services.wake.base import WakeModelUnusable
from services.wake.features import NUMBERS
from services.wake.teaching.bank import load_bank, packed
from services.wake.teaching.clips import WordTake, word_in
from services.wake.teaching.rooms import heard, response
from services.wake.teaching.takes import take_of

ROOT = Path(__file__).resolve().parents[4]


def recording(start: float = 1.0, seconds: float = 0.6, whole: float = 3.0, height: float = 8000.0) -> Samples:
    """A tone that wavers like a voice, in a quiet room."""
    made = np.random.default_rng(1).normal(0, 8, round(whole * RATE))
    time = np.arange(round(seconds * RATE)) / RATE
    tone = np.sin(2 * np.pi * 180 * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time)) * height
    made[round(start * RATE) : round(start * RATE) + len(tone)] += tone
    return np.clip(made, -32768, 32767).astype(np.int16)


def test_the_word_is_found_in_its_room() -> None:
    found = word_in(recording())
    assert found and 0.55 < len(found.sound) / RATE < 0.8


def test_the_louder_of_two_is_the_word() -> None:
    two = recording(0.3, 0.4, height=900) + recording(1.8, 0.7)
    found = word_in(two)
    assert found and 0.6 < len(found.sound) / RATE < 0.9


@pytest.mark.parametrize("count", [0, 100, 1599])
def test_next_to_nothing_has_no_word(count: int) -> None:
    assert word_in(np.zeros(count, np.int16)) is None


@pytest.mark.parametrize(
    ("samples", "says"),
    [
        (np.zeros(3 * RATE, np.int16), "nothing in it that stands out"),
        (np.random.default_rng(2).normal(0, 300, 3 * RATE).astype(np.int16), "nothing in it that stands out"),
        (recording(seconds=0.06), "the whole word"),
        (recording(0.5, 2.3), "say the word alone"),
        (recording(height=60_000.0), "too loud"),
    ],
    ids=["silence", "hiss", "a knock", "too long", "clipped"],
)
def test_a_recording_of_no_use_is_told_with_what_to_do(samples: Samples, says: str) -> None:
    found = take_of(samples)
    assert isinstance(found, str) and says in found


def test_a_good_recording_is_taken() -> None:
    assert isinstance(take_of(recording()), WordTake)


def test_a_room_is_another_each_time_and_the_same_for_the_same_seed() -> None:
    sound = recording().astype(np.float32) / 32768
    one, same, other = (heard(sound, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert len(one) == len(sound) and one.dtype == np.int16 and (one != other).any()


@pytest.mark.parametrize("seed", range(20))
def test_what_is_heard_is_neither_silent_nor_all_clipped(seed: int) -> None:
    sound = heard(recording().astype(np.float32) / 32768, np.random.default_rng(seed))
    assert -60 < level_dbfs(sound) < -3 and np.mean(np.abs(sound.astype(int)) >= 32767) < 0.01


def test_silence_stays_silent() -> None:
    assert level_dbfs(heard(np.zeros(RATE, np.float32), np.random.default_rng(3), noisy=0.0)) < -60


def test_a_room_begins_with_the_direct_sound_and_dies_away() -> None:
    answer = response(np.random.default_rng(4))
    assert answer[0] == 1.0 and np.abs(answer[-100:]).max() < 0.05


def test_the_bank_is_read_nearly_as_it_was_packed(tmp_path: Path) -> None:
    random, path = np.random.default_rng(1), tmp_path / "bank.npz"
    streams = [random.normal(0, 15, (count, NUMBERS)).astype(np.float16) for count in (30, 5)]
    np.savez_compressed(path, **packed(streams))
    read = load_bank(path)
    assert [len(each) for each in read] == [30, 5]
    assert np.abs(np.concatenate(read) - np.concatenate(streams)).mean() < 1.0


def test_the_shipped_bank_has_half_an_hour_and_more() -> None:
    streams = load_bank(ROOT / "config" / "wake" / "ordinary.npz")
    assert sum(map(len, streams)) * 0.08 / 60 > 30
    assert all(np.isfinite(each).all() for each in streams)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_a_damaged_bank_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ordinary.npz"
    path.write_bytes(content)
    with pytest.raises(WakeModelUnusable, match="damaged"):
        load_bank(path)
    with pytest.raises(WakeModelUnusable, match="missing"):
        load_bank(tmp_path / "none.npz")

"""Framing and resampling: nothing lost, nothing doubled, whatever the pieces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.frame import FRAME_SAMPLES, RATE, Frame, level_dbfs
from firmware.sound.resample import Framer, resampled, to_float, to_int16
from tests.virtual_sound import pitch, tone

sizes = st.lists(st.integers(0, 5000), min_size=1, max_size=12)


def framed(framer: Framer, blocks: list[np.ndarray]) -> list[Frame]:
    frames = [frame for block in blocks for frame in framer.process(block)]
    return frames + framer.finish()


def pieces(sound: np.ndarray, lengths: list[int]) -> list[np.ndarray]:
    return np.split(sound, np.cumsum(lengths)[:-1])


def joined(frames: list[Frame]) -> np.ndarray:
    return np.concatenate([frame.samples for frame in frames]) if frames else np.zeros(0, np.int16)


@given(sizes, st.integers(0, 1000))
def test_sound_of_16_khz_passes_bit_for_bit(lengths: list[int], first: int) -> None:
    sound = np.random.default_rng(0).integers(-32768, 32767, sum(lengths), dtype=np.int16)
    frames = framed(Framer(RATE, first=first), pieces(sound, lengths))
    together = joined(frames)
    assert np.array_equal(together[: sound.size], sound)
    assert not together[sound.size :].any()
    assert together.size - sound.size < FRAME_SAMPLES
    assert [frame.index for frame in frames] == list(range(first, first + len(frames)))
    assert all(frame.samples.shape == (FRAME_SAMPLES,) and frame.samples.dtype == np.int16 for frame in frames)


@given(sizes, st.sampled_from([8_000, 11_025, 22_050, 44_100, 48_000, 96_000]), st.integers(1, 4))
def test_pieces_make_no_difference_at_any_rate(lengths: list[int], rate: int, channels: int) -> None:
    sound = np.random.default_rng(1).integers(-20000, 20000, (sum(lengths), channels), dtype=np.int16)
    whole = framed(Framer(rate), [sound])
    cut = framed(Framer(rate), pieces(sound, lengths))
    assert len(cut) == len(whole)
    assert np.abs(joined(cut).astype(int) - joined(whole)).max(initial=0) <= 1
    exact = len(sound) * RATE / rate
    assert exact - 1 <= joined(whole).size <= exact + FRAME_SAMPLES + 1


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("kind", ["int16", "int32", "float32", "float64"])
def test_a_tone_stays_the_same_tone(rate: int, kind: str) -> None:
    mono = tone(1000, 1.0, rate)
    sound = {"int16": mono, "int32": mono.astype(np.int32) << 16}.get(
        kind, (mono / 32768).astype(kind if "float" in kind else np.float32)
    )
    heard = joined(framed(Framer(rate), [np.stack([sound, sound], axis=1)]))[:RATE]
    assert pitch(heard) == pytest.approx(1000, abs=2)
    assert level_dbfs(heard) == pytest.approx(level_dbfs(mono), abs=0.2)


def test_channels_are_mixed_by_their_mean() -> None:
    block = np.array([[1000, 3000, -1000], [0, 0, 30000]], np.int16)
    assert list(to_int16(to_float(block))) == [1000, 10000]


def test_what_is_too_loud_is_clipped_and_what_is_no_number_is_silence() -> None:
    assert list(to_int16(to_float(np.array([2.0, -2.0, np.nan, np.inf, -np.inf, 0.5], np.float32)))) == [
        32767,
        -32768,
        0,
        32767,
        -32768,
        16384,
    ]


def test_frames_keep_their_sound_when_the_device_uses_its_buffer_again() -> None:
    buffer = np.full(FRAME_SAMPLES, 7, np.int16)
    (frame,) = Framer(RATE).process(buffer)
    buffer[:] = 0
    assert (frame.samples == 7).all()


def test_a_whole_sound_at_another_rate() -> None:
    assert pitch(resampled(tone(440, 1, 22_050), 22_050, 48_000), 48_000) == pytest.approx(440, abs=2)
    assert resampled(np.zeros(0, np.int16), 22_050, 48_000).size == 0

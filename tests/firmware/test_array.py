"""Arrays on made-up rooms: one talker at a known place, each microphone with a noise of its own."""

from __future__ import annotations

import logging
import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.boards import board
from firmware.frame import FRAME_SAMPLES, RATE
from firmware.sound.array import SOUND, ArrayFramer, ChannelHealth, MicrophoneArray, delayed
from firmware.sound.resample import to_int16
from firmware.sound.shape import ArrayShape

FOUR, TWO = board("respeaker-4-mic").microphone.shape, board("respeaker-2-mic").microphone.shape
Sound = npt.NDArray[np.float64]


def voice(seconds: float = 2.0, rate: int = RATE, seed: int = 0) -> Sound:
    """Like a voice as far as this goes: noise that falls with frequency, in syllables; the first half second is
    silent.
    """
    count = round(seconds * rate)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / rate)
    shaped = np.fft.irfft(spectrum / (1 + (hertz / 500) ** 2) ** 0.5 * (hertz < 7000), count)
    t = np.arange(count) / rate
    syllables = np.maximum(0.0, np.sin(2 * np.pi * 2.2 * t)) * (t > 0.5)
    return shaped / np.abs(shaped).max() * 0.2 * syllables


def heard(sound: Sound, shape: ArrayShape, degrees: float, *, above: float = 0.0, rate: int = RATE) -> Sound:
    """The same far away at this place, (n, channels), without any noise: each microphone hears it a little earlier or
    later.
    """
    turn, level = math.radians(degrees), math.cos(math.radians(above))
    spectrum, hertz = np.fft.rfft(sound, 2 * len(sound)), np.fft.rfftfreq(2 * len(sound), 1 / rate)
    found = np.zeros((len(sound), shape.channels))
    for channel, (x, y) in zip(shape.voice, shape.places, strict=True):
        late = -(math.cos(turn) * x + math.sin(turn) * y) * level / SOUND
        found[:, channel] = np.fft.irfft(spectrum * np.exp(-2j * np.pi * hertz * late))[: len(sound)]
    return found


def hiss(like: Sound, dbfs: float, seed: int = 1) -> Sound:
    return np.random.default_rng(seed).standard_normal(like.shape) * 10 ** (dbfs / 20)


def through(array: MicrophoneArray, channels: Sound, block: int = FRAME_SAMPLES) -> tuple[Sound, list[float | None]]:
    """What comes out, and the direction after each block."""
    whole, blocks = to_int16(channels), range(0, len(channels), block)
    told = [(array.process(whole[at : at + block]), array.direction) for at in blocks]
    return np.concatenate([sound for sound, _ in told]).astype(np.float64), [direction for _, direction in told]


def snr(sound: Sound, clean: Sound) -> float:
    """dB by which what is alike is above the rest, whatever the delay."""
    lags = range(0, 40)
    best = max(lags, key=lambda lag: abs(np.dot(sound[lag:], clean[: len(clean) - lag])))
    sound, clean = sound[best:], clean[: len(clean) - best]
    share = np.dot(sound, clean) / np.dot(clean, clean)
    assert share == pytest.approx(1.0, abs=0.1), "the voice is as loud as before"
    return 10 * math.log10(np.sum((share * clean) ** 2) / np.sum((sound - share * clean) ** 2))


def off(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


@settings(max_examples=25)
@given(st.floats(0, 360), st.floats(0, 60), st.integers(0, 1000), st.sampled_from([RATE, 48_000]))
def test_a_ring_of_four_tells_the_direction(degrees: float, above: float, seed: int, rate: int) -> None:
    channels = heard(voice(rate=rate, seed=seed), FOUR, degrees, above=above, rate=rate)
    _, told = through(MicrophoneArray(FOUR, rate), channels + hiss(channels, -55, seed), round(rate * 0.08))
    assert told[0] is None, "nobody has spoken yet"
    last = told[-1]
    assert last is not None and off(last, degrees) <= 10


@pytest.mark.parametrize(("shape", "gain"), [(FOUR, 5.0), (TWO, 2.5)], ids=["four", "two"])
@pytest.mark.parametrize("degrees", [0, 45, 137, 251])
@pytest.mark.parametrize("noise", [-50.0, -38.0])
def test_the_voice_comes_out_of_the_noise(shape: ArrayShape, gain: float, degrees: float, noise: float) -> None:
    """By 6 dB of four and 3 dB of two, were the direction known before."""
    sound = voice()
    channels = heard(sound, shape, degrees)
    noisy = channels + hiss(channels, noise)
    out, _ = through(MicrophoneArray(shape, RATE), noisy)
    middle = heard(sound, ArrayShape(1, (0,), ((0.0, 0.0),)), degrees)[:, 0]
    half = len(sound) // 2
    assert snr(out[half:], middle[half:]) >= snr(noisy[half:, 0], channels[half:, 0]) + gain


def test_two_in_a_line_tell_no_direction_but_add_up() -> None:
    channels = heard(voice(), TWO, 90)
    _, told = through(MicrophoneArray(TWO, RATE), channels + hiss(channels, -55))
    assert set(told) == {None}


def test_it_follows_who_speaks_next_and_forgets_who_is_silent() -> None:
    sounds = [heard(voice(2.0), FOUR, 40), heard(voice(2.0, seed=2), FOUR, 220), np.zeros((5 * RATE, 4))]
    channels = np.concatenate(sounds)
    _, told = through(MicrophoneArray(FOUR, RATE), channels + hiss(channels, -60))
    assert {off(each, 40) <= 10 for each in told[10:25] if each is not None} == {True}
    second = told[48]
    assert second is not None and off(second, 220) <= 10
    assert told[-1] is None


@pytest.mark.parametrize("degrees", [None, 200])
def test_noise_and_what_comes_from_one_microphone_copied_have_no_direction(degrees: float | None) -> None:
    """A sound server makes four channels of one if it is asked to."""
    sound = voice()
    channels = np.zeros((len(sound), 4)) if degrees is None else np.repeat(sound[:, None], 4, axis=1)
    noise = hiss(channels, -40) if degrees is None else np.repeat(hiss(sound[:, None], -60), 4, axis=1)
    out, told = through(MicrophoneArray(FOUR, RATE), channels + noise)
    assert set(told) == {None}
    if degrees is not None:
        assert snr(out, sound) > 20


def test_a_dead_channel_is_left_out_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    channels = heard(voice(8.0), FOUR, 300)
    noisy = channels + hiss(channels, -50)
    noisy[:, 2] = 0.0
    array = MicrophoneArray(FOUR, RATE)
    with caplog.at_level(logging.WARNING):
        out, told = through(array, noisy)
    assert array.silent == (2,)
    assert [record.getMessage() for record in caplog.records] == [
        "channel 3 of the microphone array is dead; doing without"
    ]
    last = told[-1]
    assert last is not None and off(last, 300) <= 10, "three of them still tell"
    half = len(out) // 2
    assert snr(out[half:], heard(voice(8.0), ArrayShape(1, (0,), ((0.0, 0.0),)), 300)[half:, 0]) > snr(
        noisy[half:, 0], channels[half:, 0]
    )


def test_a_channel_that_lives_again_is_taken_again() -> None:
    health = ChannelHealth(2)
    noise = hiss(np.zeros((FRAME_SAMPLES, 2)), -50).astype(np.float32)
    dead = noise * np.array([1, 0], np.float32)
    assert [health.judge(dead, 0.08) for _ in range(30)][-1] == (0,)
    assert [health.judge(noise, 0.08) for _ in range(60)][-1] == (0, 1)


def test_a_deaf_channel_is_left_out_and_without_any_left_all_are_heard() -> None:
    health = ChannelHealth(3)
    deaf = (hiss(np.zeros((FRAME_SAMPLES, 3)), -40) * [1, 1, 0.01]).astype(np.float32)
    assert [health.judge(deaf, 0.08) for _ in range(30)][-1] == (0, 1)
    assert [health.judge(np.zeros_like(deaf), 0.08) for _ in range(60)][-1] == (0, 1, 2)


@given(st.integers(1, 4), st.lists(st.integers(1, 3000), min_size=1, max_size=8), st.integers(0, 99))
def test_without_places_one_channel_passes_bit_for_bit(channels: int, sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    array = MicrophoneArray(ArrayShape(channels, (channels - 1,)), RATE)
    for size in sizes:
        block = rng.integers(-32768, 32767, (size, channels), dtype=np.int16, endpoint=True)
        assert np.array_equal(to_int16(array.process(block)), block[:, channels - 1])


@settings(max_examples=20)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=10), st.integers(0, 99), st.sampled_from([TWO, FOUR]))
def test_as_much_comes_out_as_goes_in_and_stays_within_its_bounds(
    sizes: list[int], seed: int, shape: ArrayShape
) -> None:
    rng = np.random.default_rng(seed)
    array = MicrophoneArray(shape, RATE)
    for size in sizes:
        out = array.process(rng.integers(-32768, 32767, (size, shape.channels), dtype=np.int16))
        assert len(out) == size and np.isfinite(out).all() and np.abs(out).max() < 3.0


@pytest.mark.parametrize("late", [8.0, 8.25, 9.5, 10.9])
def test_a_part_of_a_sample_is_a_delay_of_so_much(late: float) -> None:
    t = np.arange(2000)
    for hertz in (300, 1000, 3000):
        turn = 2 * np.pi * hertz / RATE
        out = np.convolve(np.sin(turn * t), delayed(late, 21))[:2000]
        assert np.abs(out[100:] - np.sin(turn * (t - late))[100:]).max() < 0.02


@settings(max_examples=20)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=8), st.sampled_from([RATE, 48_000]), st.integers(0, 9))
def test_frames_hold_what_each_microphone_heard(sizes: list[int], rate: int, first: int) -> None:
    sound = to_int16(hiss(np.zeros((sum(sizes), FOUR.channels)), -30))
    cut, whole = ArrayFramer(FOUR, rate, first=first), ArrayFramer(FOUR, rate, first=first)
    pieces = np.split(sound, np.cumsum(sizes)[:-1])
    frames = [frame for piece in pieces for frame in cut.process(piece)] + cut.finish()
    again = whole.process(sound) + whole.finish()
    assert [frame.index for frame in frames] == list(range(first, first + len(frames)))
    assert cut.index == first + len(frames) and len(frames) == len(again)
    for one, other in zip(frames, again, strict=True):
        assert one.channels is not None and other.channels is not None
        assert one.channels.shape == (FRAME_SAMPLES, len(FOUR.voice)) and one.channels.dtype == np.int16
        assert np.abs(one.channels.astype(int) - other.channels).max() <= 1
    if rate == RATE and frames:
        each = np.concatenate([frame.channels for frame in frames if frame.channels is not None])
        assert np.array_equal(each[: len(sound)], sound[:, FOUR.voice])


def test_one_microphone_of_several_channels_is_no_array() -> None:
    sound = to_int16(hiss(np.zeros((2 * FRAME_SAMPLES, 3)), -30))
    frames = ArrayFramer(ArrayShape(3, (1,)), RATE).process(sound)
    assert [frame.channels for frame in frames] == [None, None]
    assert np.array_equal(np.concatenate([frame.samples for frame in frames]), sound[:, 1])


def test_what_a_dead_microphone_gives_is_left_out_of_the_frames() -> None:
    sound = to_int16(hiss(np.zeros((4 * RATE, FOUR.channels)), -40))
    sound[:, FOUR.voice[1]] = 77
    framer = ArrayFramer(FOUR, RATE)
    frames = [frame for block in np.split(sound, 50) for frame in framer.process(block)]
    last = frames[-1].channels
    assert last is not None and [bool(last[:, index].any()) for index in range(4)] == [True, False, True, True]

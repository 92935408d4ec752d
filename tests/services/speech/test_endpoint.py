"""The end of speech: on levels and probabilities of our own, then with the real detector on spoken sentences in
noise.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, RATE, Frame, Samples
from services.speech.base import Endpoint
from services.speech.endpoint import TINY, AdaptiveEndpoint
from services.speech.levels import block_levels
from services.speech.vad import SileroVad
from tests.voices import speak

Stretch = tuple[float, float, float]
"""Seconds, level in dBFS, probability of speech."""

QUIET = -60.0
TALKER = -25.0


def frame(index: int, level: float) -> Frame:
    """A frame of noise at this level."""
    noise = np.random.default_rng(index).normal(0, 32768 * 10 ** (level / 20), FRAME_SAMPLES)
    return Frame(np.clip(noise, -32768, 32767).astype(np.int16), index)


def play(detector: AdaptiveEndpoint, *stretches: Stretch, first: int = 0) -> tuple[Endpoint | None, int]:
    """Play stretches until an endpoint comes: it, and the index of the next frame."""
    index = first
    for seconds, level, probability in stretches:
        for _ in range(round(seconds / FRAME_SECONDS)):
            end = detector.process(frame(index, level), probability)
            index += 1
            if end:
                return end, index
    return None, index


def begun(**settings: float) -> AdaptiveEndpoint:
    detector = AdaptiveEndpoint(**settings)
    detector.begin(0.0)
    return detector


def test_silence_after_a_sentence_ends_it() -> None:
    end, _ = play(begun(), (0.8, QUIET, 0.01), (1.6, TALKER, 0.95), (3.0, QUIET, 0.01))
    assert end is not None
    assert end.reason == "silence"
    assert end.speech_start == pytest.approx(0.8)
    assert end.speech_end == pytest.approx(2.4)
    assert end.at == pytest.approx(2.4 + 0.72)


def test_the_pause_grows_from_the_end_of_the_last_word_to_20_ms() -> None:
    detector = begun()
    play(detector, (0.8, QUIET, 0.01), (0.8, TALKER, 0.95))
    assert detector.speaking
    assert detector.pause == 0.0
    half = frame(20, QUIET).samples.copy()
    half[:640] = frame(20, TALKER).samples[:640]
    assert detector.process(Frame(half, 20), 0.9) is None
    assert detector.pause == pytest.approx(0.04)
    assert not detector.speaking
    assert detector.process(frame(21, QUIET), 0.4) is None
    assert detector.pause == pytest.approx(0.12)
    detector.process(frame(22, TALKER), 0.9)
    assert detector.speaking


def test_a_voice_to_the_end_of_a_frame_leaves_no_pause_at_any_time() -> None:
    """Audio times are sums of fractions, and seldom equal."""
    for start in range(0, 2_000, 7):
        detector = AdaptiveEndpoint(longest=1_000.0)
        detector.begin(start * FRAME_SECONDS)
        play(detector, (0.8, QUIET, 0.01), (0.8, TALKER, 0.95), first=start)
        assert detector.speaking, start
        assert detector.pause < TINY


def test_before_speech_there_is_no_pause_and_patience_ends_the_turn() -> None:
    detector = begun(patience=4.0)
    end, _ = play(detector, (3.9, QUIET, 0.05))
    assert (end, detector.pause, detector.speaking) == (None, 0.0, False)
    end, _ = play(detector, (1.0, QUIET, 0.05), first=49)
    assert end == Endpoint(pytest.approx(4.0), "no_speech")


def test_noise_however_loud_is_no_speech() -> None:
    end, _ = play(begun(), (1.0, QUIET, 0.01), (1.0, -15.0, 0.08), (5.0, QUIET, 0.01))
    assert end is not None
    assert end.reason == "no_speech"


def test_a_long_speech_is_cut_at_the_longest() -> None:
    end, _ = play(begun(longest=15.0), (0.4, QUIET, 0.01), (20.0, TALKER, 0.95))
    assert end is not None
    assert (end.reason, end.at) == ("too_long", pytest.approx(15.04, abs=0.05))


def test_the_clock_starts_where_the_turn_begins() -> None:
    detector = AdaptiveEndpoint()
    assert play(detector, (10.0, QUIET, 0.01))[0] is None
    detector.begin(10.0)
    end, _ = play(detector, (10.0, QUIET, 0.01), first=125)
    assert end is not None
    assert end.at == pytest.approx(14.0)


def test_voice_before_the_turn_begins_does_not_count() -> None:
    """The tail of the wake word: the turn begins a little after the detection."""
    detector = AdaptiveEndpoint()
    play(detector, (2.0, QUIET, 0.01))
    detector.begin(2.4)
    end, _ = play(detector, (0.4, TALKER, 0.95), (6.0, QUIET, 0.01), first=25)
    assert end is not None
    assert (end.reason, end.speech_start) == ("no_speech", None)


def test_between_turns_nothing_ends() -> None:
    detector = begun()
    assert play(detector, (0.8, QUIET, 0.01), (0.8, TALKER, 0.9), (2.0, QUIET, 0.01))[0]
    assert play(detector, (9.0, TALKER, 0.9), (9.0, QUIET, 0.01), first=100)[0] is None


def test_somebody_in_the_background_does_not_keep_the_turn_open() -> None:
    detector = AdaptiveEndpoint()
    play(detector, (4.0, -36.0, 0.9))
    detector.begin(4.0)
    end, _ = play(detector, (0.8, -36.0, 0.9), (1.6, TALKER, 0.95), (6.0, -36.0, 0.9), first=50)
    assert end is not None
    assert end.reason == "silence"
    assert 6.4 < end.at < 6.4 + 1.6


TELEVISION = TALKER - 11.0
"""Of another talker, 10 dB below."""


def television(seconds: float, level: float = TELEVISION) -> list[Stretch]:
    """Words, with short gaps as words have."""
    return [(0.24, level, 0.95), (0.08, -48.0, 0.9)] * round(seconds / 0.32)


@pytest.mark.parametrize("before", [0.64, 1.28, 6.4])
def test_others_behind_the_talker_are_like_silence(before: float) -> None:
    detector = AdaptiveEndpoint(patience=10.0)
    detector.begin(0.0)
    said, _ = play(detector, *television(before), (1.6, TALKER, 0.95), *television(6.4))
    assert said is not None
    assert said.reason == "silence"
    assert said.speech_start == pytest.approx(before, abs=FRAME_SECONDS)
    assert said.at < before + 1.6 + 0.7 + 0.3
    assert detector.stretch == pytest.approx((before, before + 1.6), abs=2 * FRAME_SECONDS)


def test_the_pause_grows_while_only_others_talk() -> None:
    detector = AdaptiveEndpoint()
    play(detector, *television(6.4))
    detector.begin(6.4)
    play(detector, (1.2, TALKER, 0.95), *television(0.64), first=80)
    assert not detector.speaking
    assert detector.pause == pytest.approx(0.64, abs=2 * FRAME_SECONDS)
    play(detector, (0.32, TALKER, 0.95), first=103)
    assert detector.pause == 0.0


def test_in_a_room_that_nobody_knows_softer_voices_end_the_turn_at_last() -> None:
    """A television that just paused when the stream began."""
    detector = begun()
    said, _ = play(detector, (0.56, QUIET, 0.01), (1.2, TALKER, 0.95), *television(8.0))
    assert said is not None
    assert said.at < 0.56 + 1.2 + 3.0
    assert detector.stretch is None, "who was softer may have been the talker after all"


def test_the_talkers_own_soft_first_word_is_no_background() -> None:
    detector = begun()
    end, _ = play(
        detector,
        (0.8, QUIET, 0.01),
        (0.4, TELEVISION, 0.95),
        (0.8, TALKER, 0.95),
        (2.0, TELEVISION, 0.95),
        (2.0, QUIET, 0.01),
    )
    assert end is not None
    assert (end.speech_start, end.speech_end) == pytest.approx((0.8, 4.0))
    assert detector.stretch is None


def test_nobody_is_left_out_in_a_quiet_room() -> None:
    detector = begun()
    play(detector, (0.8, QUIET, 0.01), (1.6, TALKER, 0.95), (3.0, QUIET, 0.01))
    assert detector.stretch is None


def test_a_command_as_loud_as_others_is_heard() -> None:
    detector = AdaptiveEndpoint()
    play(detector, *television(6.4))
    detector.begin(6.4)
    end, _ = play(detector, *television(1.6, TELEVISION + 2.0), (3.0, QUIET, 0.01), first=80)
    assert end is not None
    assert (end.reason, end.speech_end) == ("silence", pytest.approx(8.0, abs=0.1))
    assert detector.stretch is None


def test_a_voice_that_sinks_is_heard_out_in_a_quiet_room() -> None:
    end, _ = play(begun(), (0.8, QUIET, 0.01), (0.8, TALKER, 0.95), (2.4, TALKER - 12.0, 0.95), (2.0, QUIET, 0.01))
    assert end is not None
    assert end.speech_end == pytest.approx(4.0)


def test_a_weak_syllable_is_near_unless_others_talked_before() -> None:
    for before, near in (([(4.0, QUIET, 0.01)], True), (television(4.0), False)):
        detector = AdaptiveEndpoint()
        _, index = play(detector, *before)
        detector.begin(index * FRAME_SECONDS)
        end, index = play(detector, (1.6, TALKER, 0.95), (3.0, QUIET, 0.01), first=index)
        assert end is not None
        assert detector.is_near(frame(index, TALKER - 9.0)) is near
        assert detector.is_near(frame(index, TALKER - 3.0))
        assert not detector.is_near(frame(index, TALKER - 15.0))


def test_an_echo_does_not_hide_the_end() -> None:
    tail = [(FRAME_SECONDS, TALKER - 8.0 * step, 0.9) for step in range(1, 6)]
    end, _ = play(begun(), (0.8, QUIET, 0.01), (1.6, TALKER, 0.95), *tail, (2.0, QUIET, 0.01))
    assert end is not None
    assert end.at - 2.4 < 1.1


def test_a_loud_voice_is_heard_though_the_detector_doubts() -> None:
    end, _ = play(begun(), (0.8, QUIET, 0.01), (0.8, TALKER, 0.3), (2.0, QUIET, 0.01))
    assert end is not None
    assert (end.reason, end.speech_start) == ("silence", pytest.approx(0.8))


def test_who_pauses_long_is_given_longer() -> None:
    slow = [(0.6, TALKER, 0.95), (0.6, QUIET, 0.01)] * 3
    end, _ = play(begun(), (0.8, QUIET, 0.01), *slow, (2.0, QUIET, 0.01))
    fluent, _ = play(begun(), (0.8, QUIET, 0.01), (1.8, TALKER, 0.95), (2.0, QUIET, 0.01))
    assert end is not None and end.speech_end is not None
    assert fluent is not None and fluent.speech_end is not None
    assert end.at - end.speech_end > fluent.at - fluent.speech_end + 0.1


def test_a_new_stream_is_a_new_room() -> None:
    """A loud recording, then a quiet one: the second voice lies below the first one's floor."""
    detector = begun()
    play(detector, (8.0, -20.0, 0.01))
    detector.begin(0.0)
    end, _ = play(detector, (0.8, -70.0, 0.01), (1.6, -40.0, 0.9), (2.0, -70.0, 0.01))
    assert end is not None
    assert (end.reason, end.speech_start) == ("silence", pytest.approx(0.8))


def test_levels_are_of_20_ms_blocks() -> None:
    samples = np.zeros(FRAME_SAMPLES, dtype=np.int16)
    samples[320:640] = 16384
    assert block_levels(Frame(samples, 0)) == pytest.approx([-120.0, -6.02, -120.0, -120.0], abs=0.01)


SOUNDS = st.lists(st.tuples(st.integers(1, 30), st.floats(-96.0, -3.0), st.floats(0.0, 1.0)), min_size=1, max_size=12)


@given(SOUNDS, st.integers(0, 20), st.floats(0.3, 1.5), st.floats(1.0, 6.0), st.floats(1.0, 4.0))
def test_an_endpoint_always_comes_in_time(
    sounds: list[tuple[int, float, float]], lead: int, silence: float, longest: float, patience: float
) -> None:
    detector = AdaptiveEndpoint(silence=silence, longest=longest, patience=patience)
    levels = [(level, probability) for count, level, probability in sounds for _ in range(count)]
    for i in range(lead):
        assert detector.process(frame(i, QUIET), 0.0) is None
    began = lead * FRAME_SECONDS
    detector.begin(began)
    for i in range(lead, lead + 100):
        level, probability = levels[(i - lead) % len(levels)]
        end = detector.process(frame(i, level), probability)
        assert detector.pause >= 0.0
        if end:
            assert end.at <= began + (patience if end.speech_start is None else max(longest, patience)) + FRAME_SECONDS
            assert (
                end.speech_start is None
                or began - FRAME_SECONDS <= end.speech_start <= (end.speech_end or 0.0) <= end.at + 1e-6
            )
            return
    raise AssertionError("no endpoint in eight seconds")


def spoken(sentence: str, snr: float | None, tail: float = 3.0) -> tuple[Samples, float]:
    """A sentence in hiss or noise, half a second after the start, and when it ends."""
    words = speak(sentence).astype(np.float64)
    sound = np.concatenate((np.zeros(RATE // 2), words, np.zeros(int(tail * RATE))))
    level = 15.0 if snr is None else float(np.sqrt(np.mean(words**2))) / 10 ** (snr / 20)
    noisy = sound + np.random.default_rng(3).normal(0, level, len(sound))
    return np.clip(noisy, -32768, 32767).astype(np.int16), 0.5 + len(words) / RATE


@pytest.mark.engine
@pytest.mark.parametrize("snr", [None, 15.0, 10.0])
@pytest.mark.parametrize(
    "sentence", ["add milk to the shopping list", "what time is it", "remind me to call the bank tomorrow at nine"]
)
def test_spoken_sentences_end_soon_after_their_last_word(
    sentence: str, snr: float | None, model_folder: Callable[[str], Path]
) -> None:
    samples, spoken_end = spoken(sentence, snr)
    vad, detector = SileroVad(model_folder("silero-vad")), begun()
    ends = (
        detector.process(f, vad.process(f))
        for f in (
            Frame(samples[i * FRAME_SAMPLES : (i + 1) * FRAME_SAMPLES], i) for i in range(len(samples) // FRAME_SAMPLES)
        )
    )
    end = next((end for end in ends if end), None)
    assert end is not None
    assert end.reason == "silence"
    assert spoken_end + 0.4 < end.at < spoken_end + 1.2


NEWS = "the weather in paris was fine and we walked along the river until it was dark"


@pytest.mark.engine
@pytest.mark.parametrize("lead", [0.0, 6.0])
@pytest.mark.parametrize("voice", ["espeak:en-gb", "flite:rms", "flite:awb"])
def test_a_background_talker_10_db_below_does_not_keep_a_spoken_turn_open(
    voice: str, lead: float, model_folder: Callable[[str], Path]
) -> None:
    samples, spoken_end = spoken("add milk to the shopping list", None, tail=5.0)
    samples, spoken_end = np.concatenate((np.zeros(int(lead * RATE), np.int16), samples)), spoken_end + lead
    other = np.concatenate([speak(NEWS, voice)] * 3)
    mixed = (samples + np.resize(other, len(samples)) / 10 ** (10 / 20)).clip(-32768, 32767).astype(np.int16)
    vad, detector = SileroVad(model_folder("silero-vad")), AdaptiveEndpoint()
    for i in range(len(mixed) // FRAME_SAMPLES):
        f = Frame(mixed[i * FRAME_SAMPLES : (i + 1) * FRAME_SAMPLES], i)
        if f.start <= lead < f.end:
            detector.begin(lead)
        if end := detector.process(f, vad.process(f)):
            assert spoken_end < end.at < spoken_end + 1.5
            assert detector.stretch is not None
            assert detector.stretch[1] == pytest.approx(spoken_end, abs=0.4)
            return
    raise AssertionError("the background talker kept the turn open")


@pytest.mark.engine
@pytest.mark.parametrize("lead", [0.3, 1.0, 6.0])
def test_who_said_the_wake_word_loudly_may_go_on_more_quietly(lead: float, model_folder: Callable[[str], Path]) -> None:
    """The wake word is no background talker, however little was heard before it."""
    wake, command = (
        speak("hey jarvis"),
        speak("create a task to send the quarterly report to Sarah by Friday afternoon, high priority"),
    )
    fading = command * np.linspace(1.0, 0.25, command.size)
    hush = np.random.default_rng(5)
    parts = [np.zeros(int(lead * RATE)), wake * 1.5, np.zeros(int(0.25 * RATE)), fading, np.zeros(2 * RATE)]
    sound = np.concatenate(parts) + hush.normal(0, 4, sum(part.size for part in parts))
    samples = sound.clip(-32768, 32767).astype(np.int16)
    woken, end_of_speech = lead + wake.size / RATE, (samples.size - 2 * RATE) / RATE
    vad, detector = SileroVad(model_folder("silero-vad")), AdaptiveEndpoint()
    open_at = round((woken + 0.1) / FRAME_SECONDS)
    for i in range(samples.size // FRAME_SAMPLES):
        f = Frame(samples[i * FRAME_SAMPLES : (i + 1) * FRAME_SAMPLES], i)
        end = detector.process(f, vad.process(f))
        if i == open_at:
            detector.begin(f.end + 0.3)
        if end:
            assert end.at > end_of_speech - 0.1
            return
    raise AssertionError("no endpoint")

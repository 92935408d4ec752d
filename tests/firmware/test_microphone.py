"""The microphone's parts that need no device; tests/sound has the rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.base import MicrophoneLost, MicrophoneMissing, SpeakerMissing
from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, Frame
from firmware.sound.microphone import Liveness, PyAudioMicrophone, RetryDelay, input_names
from firmware.sound.portaudio import SoundDevice, choose
from firmware.sound.speaker import PyAudioSpeaker, output_names

HISS = np.random.default_rng(0).integers(-3, 4, FRAME_SAMPLES, dtype=np.int16)


def constant(index: int, value: int = 0) -> Frame:
    return Frame(np.full(FRAME_SAMPLES, value, np.int16), index)


def test_backoff_doubles_up_to_its_cap_and_begins_again() -> None:
    backoff = RetryDelay()
    assert [backoff.next() for _ in range(8)] == [0.25, 0.5, 1, 2, 4, 8, 10, 10]
    backoff.reset()
    assert backoff.next() == 0.25


@given(st.floats(0.01, 1), st.floats(1, 60), st.integers(1, 40))
def test_backoff_never_shrinks_nor_passes_its_cap(first: float, cap: float, tries: int) -> None:
    backoff = RetryDelay(first, cap)
    waits = [backoff.next() for _ in range(tries)]
    assert waits == sorted(waits)
    assert waits[0] == first
    assert waits[-1] <= cap


@pytest.mark.parametrize("value", [0, -1, 32767])
def test_two_seconds_of_one_value_are_a_fault(value: int) -> None:
    liveness = Liveness()
    verdicts = [liveness.process(constant(n, value)) for n in range(30)]
    assert verdicts == [True] * 24 + [False] * 6


def test_a_hiss_however_faint_is_alive() -> None:
    liveness = Liveness()
    assert all(liveness.process(Frame(HISS, n)) for n in range(100))


def test_one_changed_sample_is_life() -> None:
    liveness = Liveness()
    almost = np.zeros(FRAME_SAMPLES, np.int16)
    almost[500] = 1
    frames = [Frame(almost, n) if n % 20 == 0 else constant(n) for n in range(200)]
    assert all(liveness.process(frame) for frame in frames)


def test_constant_frames_of_changing_value_are_alive_and_a_reset_forgets() -> None:
    liveness = Liveness()
    assert all(liveness.process(constant(n, n % 7)) for n in range(100))
    assert not [liveness.process(constant(n)) for n in range(100, 126)][-1]
    liveness.reset()
    assert liveness.process(constant(126))


def test_the_fault_ends_with_the_first_living_frame() -> None:
    liveness = Liveness(patience=10 * FRAME_SECONDS)
    assert not [liveness.process(constant(n)) for n in range(20)][-1]
    assert liveness.process(Frame(HISS, 20))


USB = SoundDevice(3, "USB PnP Sound Device: Audio (hw:1,0)", 1, 48_000)
HAT = SoundDevice(5, "seeed-2mic-voicecard", 2, 16_000)
LONG = SoundDevice(7, "seeed-2mic", 2, 16_000)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("usb pnp", USB), ("USB", USB), ("seeed", HAT), ("Seeed-2mic", LONG), ("hw:1,0", USB), ("bluetooth", None)],
)
def test_a_device_is_chosen_by_part_of_its_name_and_rather_by_all_of_it(wanted: str, found: SoundDevice | None) -> None:
    assert choose(wanted, [USB, HAT, LONG]) == found


@pytest.mark.parametrize("name", [None, "ReSpeaker"])
@pytest.mark.usefixtures("no_sound_device")
def test_without_any_device(name: str | None) -> None:
    assert input_names() == output_names() == []
    microphone = PyAudioMicrophone(name)
    for _ in range(2):
        with pytest.raises(MicrophoneMissing, match="No microphone was found"):
            microphone.open()
    with pytest.raises(MicrophoneLost):
        microphone.read()
    microphone.close()
    speaker = PyAudioSpeaker(name)
    for _ in range(2):
        with pytest.raises(SpeakerMissing, match="No loudspeaker was found"):
            speaker.play(HISS, 16_000)
    assert speaker.drain()
    speaker.stop()
    speaker.close()


@pytest.mark.usefixtures("no_sound_device")
def test_looking_for_devices_says_nothing_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    input_names()
    with pytest.raises(MicrophoneMissing):
        PyAudioMicrophone("x").open()
    assert capfd.readouterr().err == ""

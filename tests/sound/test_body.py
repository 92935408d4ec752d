"""Microphone and loudspeaker through PyAudio, on the virtual sound card, in real time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from firmware.base import MicrophoneLost, MicrophoneMissing, SpeakerLost, SpeakerMissing
from firmware.boards import board
from firmware.frame import FRAME_SAMPLES, RATE, Frame, level_dbfs
from firmware.sound import portaudio
from firmware.sound.echo_reference import EchoCancelledMicrophone, EchoReference
from firmware.sound.microphone import Liveness, PyAudioMicrophone, input_names
from firmware.sound.portaudio import Layout, SoundDevice
from firmware.sound.speaker import PyAudioSpeaker, output_names
from tests.virtual_sound import EAR, MOUTH, VirtualSoundCard, pitch, tone
from tests.voices import speak

pytestmark = pytest.mark.sound


@pytest.fixture
def microphone(sound_card: VirtualSoundCard) -> Iterator[PyAudioMicrophone]:
    made = PyAudioMicrophone("Equerry_EAR")
    yield made
    made.close()


@pytest.fixture
def speaker(sound_card: VirtualSoundCard) -> Iterator[PyAudioSpeaker]:
    made = PyAudioSpeaker("mouth")
    yield made
    made.close()


class Tapped(PyAudioMicrophone):
    """A microphone whose frames can be seen before anybody has done anything to them."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.frames: list[np.ndarray] = []

    def read(self) -> Frame | None:
        frame = super().read()
        if frame is not None:
            self.frames.append(frame.samples)
        return frame


def listen(microphone: PyAudioMicrophone, seconds: float) -> np.ndarray:
    frames = [microphone.read() for _ in range(round(seconds * RATE / FRAME_SAMPLES))]
    return np.concatenate([frame.samples for frame in frames if frame is not None])


def meanwhile(what: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=what, daemon=True)
    thread.start()
    return thread


def loud(samples: np.ndarray) -> np.ndarray:
    """From the first to the last sample that is not silence."""
    where = np.flatnonzero(np.abs(samples) > 300)
    return samples[where[0] : where[-1] + 1] if where.size else samples[:0]


def seconds_of_sound(samples: np.ndarray) -> float:
    """How much of it is not silence. A busy machine tears gaps into what it plays; they must not count, nor may
    anything be lost.
    """
    crossing = 0.02  # the share of these tones that is near zero
    return float((np.abs(samples) > 300).sum() / RATE / (1 - crossing))


def test_both_are_found_by_name(sound_card: VirtualSoundCard) -> None:
    assert EAR in input_names()
    assert MOUTH in output_names()
    assert EAR not in output_names()


def test_what_is_played_is_heard(sound_card: VirtualSoundCard, microphone: PyAudioMicrophone) -> None:
    microphone.open()
    assert microphone.name == EAR
    player = meanwhile(lambda: sound_card.play_into_ear(tone(700, 2.0)))
    sound = loud(listen(microphone, 3.5))
    player.join()
    assert seconds_of_sound(sound) == pytest.approx(2, rel=0.05)
    assert pitch(sound) == pytest.approx(700, abs=3)
    assert microphone.overruns == 0


def test_indices_count_on_across_a_reopening_and_the_silent_room_is_alive(
    sound_card: VirtualSoundCard, microphone: PyAudioMicrophone
) -> None:
    liveness = Liveness()
    frames: list[Frame] = []
    for _ in range(3):
        microphone.open()
        for _ in range(10):
            frame = microphone.read()
            assert frame is not None
            assert liveness.process(frame)
            frames.append(frame)
        microphone.close()
    assert [frame.index for frame in frames] == sorted({frame.index for frame in frames})


@pytest.mark.parametrize("layout", [Layout(48_000, 2), Layout(44_100, 1), Layout(44_100, 2)])
def test_a_device_that_has_only_its_own_rate_and_channels(
    sound_card: VirtualSoundCard, microphone: PyAudioMicrophone, monkeypatch: pytest.MonkeyPatch, layout: Layout
) -> None:
    opening = portaudio.open_stream

    def only(
        device: SoundDevice, direction: portaudio.Direction, _layouts: object, seconds: float, callback: object
    ) -> object:
        return opening(device, direction, [layout], seconds, callback)

    monkeypatch.setattr(portaudio, "open_stream", only)
    microphone.open()
    player = meanwhile(lambda: sound_card.play_into_ear(tone(700, 1.0)))
    sound = loud(listen(microphone, 2.5))
    player.join()
    assert pitch(sound) == pytest.approx(700, abs=3)
    assert seconds_of_sound(sound) == pytest.approx(1, rel=0.05)


def test_a_reader_that_is_late_costs_the_oldest_sound_and_is_counted(sound_card: VirtualSoundCard) -> None:
    microphone = PyAudioMicrophone("ear", buffers=4)
    try:
        microphone.open()
        microphone.read()
        end = time.monotonic() + 10
        while microphone.overruns < 5:
            assert time.monotonic() < end
            time.sleep(0.05)
        assert listen(microphone, 0.8).size == 0.8 * RATE
    finally:
        microphone.close()


def found_again(microphone: PyAudioMicrophone) -> Frame:
    """Its first frame, opened as the listener opens it: a stream that ends at once, as one just plugged in may, is
    opened again.
    """
    for last in (False, False, True):
        microphone.open()
        try:
            frame = microphone.read()
        except MicrophoneLost:
            if last:
                raise
            microphone.close()
        else:
            assert frame is not None
            return frame
    raise AssertionError("not reached")


def test_a_microphone_unplugged_in_mid_sentence_is_lost_and_found_again(
    sound_card: VirtualSoundCard, microphone: PyAudioMicrophone
) -> None:
    microphone.open()
    player = meanwhile(lambda: sound_card.play_into_ear(tone(700, 5.0), to_the_end=False))
    before = listen(microphone, 1.5)
    sound_card.unplug()
    try:
        lost_at = time.monotonic()
        with pytest.raises(MicrophoneLost, match=EAR):
            listen(microphone, 5)
        assert time.monotonic() - lost_at < 2.5
        with pytest.raises(MicrophoneMissing):  # another one is not taken unasked
            microphone.open()
    finally:
        sound_card.replug()
    player.join()
    again = found_again(microphone)
    assert again.index >= before.size // FRAME_SAMPLES
    player = meanwhile(lambda: sound_card.play_into_ear(tone(500, 1.0)))
    assert pitch(loud(listen(microphone, 2.5))) == pytest.approx(500, abs=3)
    player.join()


def test_a_microphone_that_freezes_is_lost_after_two_seconds(
    sound_card: VirtualSoundCard, microphone: PyAudioMicrophone
) -> None:
    microphone.open()
    microphone.read()
    sound_card.freeze()
    try:
        began = time.monotonic()
        with pytest.raises(MicrophoneLost):
            listen(microphone, 10)
        assert 1.9 < time.monotonic() - began < 4
    finally:
        sound_card.freeze(frozen=False)
    microphone.open()
    assert listen(microphone, 0.5).any()


def test_an_unknown_name_gets_the_default_device(
    sound_card: VirtualSoundCard, caplog: pytest.LogCaptureFixture
) -> None:
    microphone = PyAudioMicrophone("no such thing")
    try:
        microphone.open()
        player = meanwhile(lambda: sound_card.play_into_ear(tone(700, 1.0)))
        assert pitch(loud(listen(microphone, 2.5))) == pytest.approx(700, abs=3)
        player.join()
    finally:
        microphone.close()
    assert "no such thing" in caplog.text


@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
def test_what_is_said_arrives_whole(sound_card: VirtualSoundCard, speaker: PyAudioSpeaker, rate: int) -> None:
    with sound_card.record_mouth() as recording:
        assert speaker.play(tone(440, 0.7, rate), rate)
        assert speaker.play(tone(440, 0.5, rate), rate)
        assert speaker.drain()
    sound = loud(recording.samples)
    assert pitch(sound) == pytest.approx(440, abs=3)
    assert seconds_of_sound(sound) == pytest.approx(1.2, rel=0.05)


def test_an_earcon_of_another_rate_goes_through_the_open_stream(
    sound_card: VirtualSoundCard, speaker: PyAudioSpeaker
) -> None:
    with sound_card.record_mouth() as recording:
        speaker.play(tone(440, 0.5, 22_050), 22_050)
        speaker.play(tone(880, 0.5, 16_000), 16_000)
        speaker.drain()
    sound = loud(recording.samples)
    assert pitch(sound[:7000]) == pytest.approx(440, abs=4)
    assert pitch(sound[-7000:]) == pytest.approx(880, abs=4)


def test_volume_is_heard(sound_card: VirtualSoundCard, speaker: PyAudioSpeaker) -> None:
    levels = []
    for speaker.volume in (1.0, 0.25):
        with sound_card.record_mouth() as recording:
            speaker.play(tone(440, 0.5), RATE)
            speaker.drain()
        # Not the highest sample: where a busy machine tears a gap, resampling overshoots.
        levels.append(np.percentile(np.abs(loud(recording.samples).astype(int)), 90))
    assert levels[1] / levels[0] == pytest.approx(0.25, abs=0.03)


def test_stop_silences_within_a_tenth_of_a_second(sound_card: VirtualSoundCard, speaker: PyAudioSpeaker) -> None:
    took: list[float] = []
    results: list[bool] = []
    for _ in range(5):
        with sound_card.record_mouth() as recording:
            player = meanwhile(lambda: results.extend([speaker.play(tone(440, 5.0), RATE), speaker.drain()]))
            while recording.last_sound() == 0:
                time.sleep(0.05)
            stopped = time.monotonic()
            speaker.stop()
            player.join(2)
            time.sleep(0.3)
        took.append(recording.last_sound() - stopped)
    assert results == [False] * 10
    # One slow moment of a busy machine is not the speaker's; the median is.
    assert sorted(took)[2] < 0.1
    assert max(took) < 0.25


def test_after_a_stop_the_next_sound_is_heard_from_its_beginning(
    sound_card: VirtualSoundCard, speaker: PyAudioSpeaker
) -> None:
    threading.Timer(0.4, speaker.stop).start()
    assert not speaker.play(tone(440, 5.0), RATE)
    speaker.stop()
    with sound_card.record_mouth() as recording:
        assert speaker.play(tone(880, 0.5), RATE)
        assert speaker.drain()
    sound = loud(recording.samples)
    assert pitch(sound) == pytest.approx(880, abs=3)
    assert seconds_of_sound(sound) == pytest.approx(0.5, rel=0.05)


def test_stop_between_play_and_drain_drops_the_rest(sound_card: VirtualSoundCard, speaker: PyAudioSpeaker) -> None:
    speaker.play(tone(440, 0.3), RATE)
    speaker.stop()
    assert not speaker.drain()


def test_a_slow_synthesizer_makes_a_pause_and_nothing_else(
    sound_card: VirtualSoundCard, speaker: PyAudioSpeaker
) -> None:
    with sound_card.record_mouth() as recording:
        speaker.play(tone(440, 0.4), RATE)
        time.sleep(0.5)
        speaker.play(tone(440, 0.4), RATE)
        speaker.drain()
    assert seconds_of_sound(recording.samples) == pytest.approx(0.8, rel=0.05)
    assert loud(recording.samples).size / RATE == pytest.approx(1.4, abs=0.3)


def test_a_loudspeaker_that_vanishes_is_lost_and_found_again(
    sound_card: VirtualSoundCard, speaker: PyAudioSpeaker
) -> None:
    threading.Timer(0.5, sound_card.break_mouth).start()
    with pytest.raises(SpeakerLost, match=MOUTH):
        speaker.play(tone(440, 10.0), RATE)
    with sound_card.record_mouth() as recording:
        assert speaker.play(tone(440, 0.5), RATE)
        assert speaker.drain()
    assert pitch(loud(recording.samples)) == pytest.approx(440, abs=3)


def test_microphone_and_loudspeaker_work_at_the_same_time(
    sound_card: VirtualSoundCard, microphone: PyAudioMicrophone, speaker: PyAudioSpeaker
) -> None:
    microphone.open()
    with sound_card.record_mouth() as recording:
        player = meanwhile(
            lambda: (sound_card.play_into_ear(tone(700, 1.5)), speaker.play(tone(440, 1.0), RATE), speaker.drain())
        )
        sound = loud(listen(microphone, 4.0))
        player.join()
    assert pitch(sound) == pytest.approx(700, abs=3)
    assert pitch(loud(recording.samples)) == pytest.approx(440, abs=3)
    assert microphone.overruns == 0


def test_what_is_played_is_taken_out_of_what_is_heard(sound_card: VirtualSoundCard) -> None:
    """The way between the two sinks stretches time as no room does: less is left of it in a room."""
    played = EchoReference()
    raw, speaker = Tapped(EAR), PyAudioSpeaker(MOUTH, played=played)
    microphone = EchoCancelledMicrophone(raw, played)
    microphone.open()
    try:
        with sound_card.loop(-3.0), ThreadPoolExecutor(1) as beside:
            said = speak("You have seven open tasks. Call the bank tomorrow. Send the report to Sarah on Friday.")
            playing = beside.submit(lambda: (speaker.play(said, RATE), speaker.drain()))
            rest = []
            while not playing.done() and (frame := microphone.read()):
                rest.append(frame.samples)
    finally:
        microphone.close()
        speaker.close()
    heard, left = (np.concatenate(each[len(each) // 2 :]) for each in (raw.frames, rest))
    assert level_dbfs(heard) > -40, "it came back"
    assert level_dbfs(left) < level_dbfs(heard) - 4


def test_a_loudspeaker_that_refuses_to_open_has_a_name(
    sound_card: VirtualSoundCard, speaker: PyAudioSpeaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> object:
        raise OSError("Device unavailable")

    monkeypatch.setattr(portaudio, "open_stream", refuse)
    with pytest.raises(SpeakerMissing, match="can't be opened") as raised:
        speaker.play(tone(440, 0.1), RATE)
    assert raised.value.code == "speaker.busy"
    microphone = PyAudioMicrophone("ear")
    with pytest.raises(MicrophoneMissing, match="can't be opened") as refused:
        microphone.open()
    assert refused.value.code == "microphone.busy"


@pytest.mark.parametrize("board_name", ["respeaker-2-mic", "respeaker-4-mic"])
def test_an_array_of_one_microphone_copied_hears_as_that_one_does(
    sound_card: VirtualSoundCard, board_name: str
) -> None:
    """A sound server gives as many channels as it is asked for."""
    array = PyAudioMicrophone(EAR, array=board(board_name).microphone.shape)
    array.open()
    try:
        sound_card.play_into_ear(tone(500, 0.6))
        frames = [array.read() for _ in range(20)]
    finally:
        array.close()
    assert array.direction is None
    loudest = max(level_dbfs(frame.samples) for frame in frames if frame)
    assert loudest == pytest.approx(20 * np.log10(0.3 / np.sqrt(2)), abs=1.5)


def test_each_microphone_of_an_array_is_heard_by_itself(sound_card: VirtualSoundCard) -> None:
    sound_card.plug("equerry_array", channels=4)
    array = PyAudioMicrophone("equerry_array", array=board("respeaker-4-mic").microphone.shape)
    array.open()
    pitches = (300, 500, 700, 900)
    try:
        playing = meanwhile(
            lambda: sound_card.play("equerry_array", np.stack([tone(each, 1.2) for each in pitches], axis=1))
        )
        frames = [frame for _ in range(25) if (frame := array.read())]
        playing.join()
    finally:
        array.close()
        sound_card.pull("equerry_array")
    channels = np.concatenate([frame.channels for frame in frames if frame.channels is not None])
    assert channels.shape == (25 * FRAME_SAMPLES, 4)
    assert [pitch(loud(channels[:, index])) for index in range(4)] == pytest.approx(pitches, abs=5)

"""Sound files of every kind, good and bad."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from firmware.base import AudioFileEmpty, AudioFileMissing, AudioFileUnreadable
from firmware.boards import board
from firmware.frame import FRAME_SAMPLES, RATE, Frame, level_dbfs
from firmware.sound.audio_file import AudioFileUnwritable, FileMicrophone, FileSpeaker
from tests.virtual_sound import pitch, tone


def heard(path: Path) -> list[Frame]:
    microphone = FileMicrophone(path)
    microphone.open()
    frames = list(iter(microphone.read, None))
    assert microphone.read() is None
    microphone.close()
    microphone.close()
    return frames


def joined(frames: list[Frame]) -> np.ndarray:
    return np.concatenate([frame.samples for frame in frames])


def damaged(path: Path, at: int, bytes_: bytes) -> Path:
    content = bytearray(path.read_bytes())
    content[at : at + len(bytes_)] = bytes_
    path.write_bytes(content)
    return path


@pytest.fixture
def spoken(tmp_path: Path) -> Path:
    """Two seconds of a tone, as plain as a WAV can be: a header of 44 bytes, 16 kHz, mono, 16 bits."""
    path = tmp_path / "spoken.wav"
    soundfile.write(path, tone(440, 2.0), RATE)
    return path


def test_a_plain_file_is_heard_bit_for_bit_and_filled_up(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    sound = tone(440, 1.0)
    soundfile.write(path, sound, RATE)
    frames = heard(path)
    assert [frame.index for frame in frames] == list(range(13))
    assert np.array_equal(joined(frames)[:RATE], sound)
    assert not joined(frames)[RATE:].any()


WAV = [("a.wav", subtype) for subtype in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")]
FLAC = [("a.flac", subtype) for subtype in ("PCM_S8", "PCM_16", "PCM_24")]


@pytest.mark.parametrize(("name", "subtype"), WAV + FLAC)
@pytest.mark.parametrize("rate", [8_000, 44_100])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_any_rate_width_and_channels(tmp_path: Path, name: str, subtype: str, rate: int, channels: int) -> None:
    path = tmp_path / name
    soundfile.write(path, np.stack([tone(440, 1.5, rate) / 32768] * channels, axis=1), rate, subtype=subtype)
    frames = heard(path)
    assert len(frames) == 19
    sound = joined(frames)[: RATE * 3 // 2]
    assert pitch(sound) == pytest.approx(440, abs=3)
    assert level_dbfs(sound) == pytest.approx(-13.5, abs=0.5)


def test_ten_minutes_are_read_little_by_little(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    with soundfile.SoundFile(path, "w", 44_100, 2, "PCM_24") as file:
        minute = np.stack([tone(300, 60, 44_100)] * 2, axis=1)
        for _ in range(10):
            file.write(minute)
    microphone = FileMicrophone(path)
    microphone.open()
    count = 0
    while microphone.read() is not None:
        count += 1
        assert len(microphone._ready) <= 4
    assert count == 600 / 0.08


@pytest.mark.parametrize("kept", [1_000, 20_000, 20_001, 64_043])
def test_a_file_cut_off_gives_what_is_there(spoken: Path, kept: int) -> None:
    whole = joined(heard(spoken))
    spoken.write_bytes(spoken.read_bytes()[:kept])
    samples = (kept - 44) // 2
    frames = heard(spoken)
    assert len(frames) == -(-samples // FRAME_SAMPLES)
    assert np.array_equal(joined(frames)[:samples], whole[:samples])


def test_a_header_whose_writer_did_not_know_the_length(spoken: Path) -> None:
    damaged(damaged(spoken, 4, b"\xff" * 4), 40, b"\xff" * 4)
    assert len(heard(spoken)) == 25


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_flac_cut_off_or_damaged_gives_what_comes_before(tmp_path: Path, share: float) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, tone(440, 3.0), RATE)
    content = path.read_bytes()
    middle = int(len(content) * share)
    path.write_bytes(content[:middle])
    cut = len(heard(path))
    path.write_bytes(content[:middle] + b"\x55" * 60 + content[middle + 60 :])
    broken = len(heard(path))
    assert 38 * share - 8 <= cut <= 38 * share + 2
    assert broken >= cut - 5


@pytest.mark.parametrize("kept", [4, 8, 20, 40])
def test_a_header_cut_off_is_no_sound_file(spoken: Path, kept: int) -> None:
    spoken.write_bytes(spoken.read_bytes()[:kept])
    with pytest.raises(AudioFileUnreadable, match=r"spoken\.wav is not a sound file I can read"):
        heard(spoken)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.wav", b"Dear Sarah, the quarterly report is late. " * 50),
        ("a.flac", b"fLaC"),
        ("a.mp3", b"\x00" * 3000),
        ("a.raw", b"\x01\x02" * 500),
    ],
)
def test_what_is_no_sound_file(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AudioFileUnreadable) as raised:
        heard(tmp_path / name)
    assert raised.value.code == "audio.unreadable"


def test_a_header_of_nonsense_is_refused_before_any_work(spoken: Path) -> None:
    for rate in (0, 1, 4_000_000_000):
        damaged(spoken, 24, rate.to_bytes(4, "little"))
        with pytest.raises(AudioFileUnreadable):
            heard(spoken)


def test_empty_files(tmp_path: Path, spoken: Path) -> None:
    nothing = tmp_path / "nothing.wav"
    nothing.write_bytes(b"")
    spoken.write_bytes(spoken.read_bytes()[:44])
    header_only = tmp_path / "header.wav"
    soundfile.write(header_only, np.zeros(0, np.int16), 44_100)
    for path in (nothing, spoken, header_only):
        with pytest.raises(AudioFileEmpty):
            heard(path)


def test_missing_and_folders(tmp_path: Path) -> None:
    with pytest.raises(AudioFileMissing, match="There is no audio file"):
        heard(tmp_path / "nowhere" / "a.wav")
    with pytest.raises(AudioFileUnreadable, match="is a directory"):
        heard(tmp_path)


def test_opened_again_it_begins_again_and_goes_on_counting(spoken: Path) -> None:
    microphone = FileMicrophone(spoken)
    assert microphone.read() is None
    microphone.open()
    first = [microphone.read() for _ in range(3)]
    microphone.open()
    again = microphone.read()
    assert first[0] is not None
    assert again is not None
    assert np.array_equal(first[0].samples, again.samples)
    assert again.index > 2


def test_in_real_time_each_frame_comes_when_a_microphone_would_give_it(spoken: Path) -> None:
    now = 100.0
    came: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    microphone = FileMicrophone(spoken, realtime=True, clock=lambda: now, sleep=sleep)
    microphone.open()
    while microphone.read() is not None:
        came.append(now)
        if len(came) == 10:
            now += 0.5  # the listener was busy; it catches up and is on time again
    assert came[:10] == pytest.approx([100 + 0.08 * n for n in range(1, 11)])
    assert came[-1] == pytest.approx(102.0)


def test_the_speaker_writes_one_file_of_all_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "new" / "reply.wav"
    speaker = FileSpeaker(path)
    assert speaker.play(tone(440, 1.0, 22_050), 22_050)
    with wave.open(str(path)) as file:  # whole already, should the process die now
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.getnframes()) == (
            1,
            2,
            22_050,
            22_050,
        )
    assert speaker.play(tone(880, 1.0, 16_000), 16_000)
    speaker.stop()
    assert speaker.drain()
    speaker.close()
    speaker.close()
    sound, rate = soundfile.read(path, dtype="int16")
    assert sound.size == pytest.approx(44_100, abs=2)
    assert pitch(sound[:22_000], rate) == pytest.approx(440, abs=2)
    assert pitch(sound[22_100:], rate) == pytest.approx(880, abs=2)


def test_a_file_that_is_long_enough_grows_no_more(tmp_path: Path) -> None:
    speaker = FileSpeaker(tmp_path / "replies.wav", most_s=2.0)
    for _ in range(100):
        assert speaker.play(tone(440, 0.5, 22_050), 22_050)
    speaker.close()
    assert soundfile.info(tmp_path / "replies.wav").duration == pytest.approx(2.0)


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AudioFileUnwritable):
        FileSpeaker(tmp_path / "file" / "reply.wav").play(tone(440, 0.1), RATE)
    full = FileSpeaker("/dev/full")
    with pytest.raises(AudioFileUnwritable, match="no space left"):
        full.play(tone(440, 1.0), RATE)
    full.close()


@pytest.mark.parametrize(("channels", "kind", "array"), [(4, "PCM_16", True), (4, "FLOAT", True), (2, "PCM_16", False)])
def test_a_file_of_all_microphones_of_an_array_is_heard_as_by_it(
    tmp_path: Path, channels: int, kind: str, array: bool
) -> None:
    sound = np.random.default_rng(1).integers(-3000, 3000, (RATE, channels), dtype=np.int16)
    soundfile.write(tmp_path / "array.wav", sound, RATE, subtype=kind)
    microphone = FileMicrophone(tmp_path / "array.wav", array=board("respeaker-4-mic").microphone.shape)
    microphone.open()
    frame = microphone.read()
    assert frame is not None and (frame.channels is not None) == array
    if frame.channels is not None:
        assert np.abs(frame.channels.astype(int) - sound[:FRAME_SAMPLES]).max() <= 1

"""A microphone in a process of its own: what becomes of one that is not there, or that dies."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from firmware.base import MicrophoneLost
from firmware.frame import FRAME_SAMPLES
from firmware.sound.apart import ApartMicrophone, ApartMissing

SPEAKS = (
    'import sys, time; out = sys.stdout.buffer; out.write(b\'{"name": "a line"}\\n\');'
    f" [out.write(bytes([index, 0, 0, 0]) + bytes([index, 0]) * {FRAME_SAMPLES}) for index in range(3)]; out.flush();"
)


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the process is, in place of ours."""
    program: list[str] = []
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda _, **kwargs: popen([sys.executable, "-c", program[0]], **kwargs))
    return program


def test_a_device_that_is_not_there_is_told_by_name() -> None:
    with pytest.raises(ApartMissing, match="no such line"):
        ApartMicrophone("no such line").open()


def test_frames_come_as_they_were_and_count_on_across_a_reopening(child: list[str]) -> None:
    child.append(SPEAKS + "time.sleep(60)")
    microphone = ApartMicrophone("line", silence_s=0.3)
    for first in (0, 3):
        microphone.open()
        assert microphone.name == "a line"
        frames = [frame for _ in range(3) if (frame := microphone.read())]
        assert [frame.index for frame in frames] == [first, first + 1, first + 2]
        assert [int(frame.samples[0]) for frame in frames] == [0, 1, 2]
        assert all(frame.samples.shape == (FRAME_SAMPLES,) and frame.samples.dtype == np.int16 for frame in frames)
        assert microphone.overruns == 2
        with pytest.raises(MicrophoneLost):
            microphone.read()  # nothing comes any more
        microphone.close()
        microphone.close()


def test_a_process_that_dies_is_a_lost_device(child: list[str]) -> None:
    child.append(SPEAKS)
    microphone = ApartMicrophone("line", silence_s=30)
    microphone.open()
    assert [microphone.read() for _ in range(3)]
    with pytest.raises(MicrophoneLost):
        microphone.read()
    microphone.close()


def test_a_process_that_says_nothing_is_told(child: list[str]) -> None:
    child.append("pass")
    with pytest.raises(ApartMissing, match="gives no sound"):
        ApartMicrophone("line").open()

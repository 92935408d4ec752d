"""What amixer prints, and what is made of it; tests/sound turns a real one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.sound.mixer import CaptureVolume, Mixer, MixerMissing, volumes

USB = """Simple mixer control 'Speaker',0
  Capabilities: pvolume pswitch pswitch-joined
  Playback channels: Front Left - Front Right
  Limits: Playback 0 - 37
  Front Left: Playback 20 [54%] [-17.00dB] [on]
Simple mixer control 'Mic',0
  Capabilities: pvolume pvolume-joined cvolume cvolume-joined pswitch pswitch-joined cswitch cswitch-joined
  Playback channels: Mono
  Capture channels: Mono
  Limits: Playback 0 - 31 Capture 0 - 35
  Mono: Playback 23 [74%] [0.00dB] [off] Capture 20 [57%] [8.00dB] [on]
Simple mixer control 'Auto Gain Control',0
  Capabilities: pswitch pswitch-joined
  Mono: Playback [on]
"""
WM8960 = """Simple mixer control 'ADC PCM',0
  Capabilities: cvolume
  Capture channels: Front Left - Front Right
  Limits: Capture 0 - 255
  Front Left: Capture 195 [76%] [0.00dB]
  Front Right: Capture 195 [76%] [0.00dB]
Simple mixer control 'Capture',0
  Capabilities: cvolume cswitch
  Capture channels: Front Left - Front Right
  Limits: Capture 0 - 63
  Front Left: Capture 45 [71%] [16.50dB] [on]
  Front Right: Capture 39 [62%] [12.00dB] [on]
"""
PULSE = """Simple mixer control 'Capture',0
  Capabilities: cvolume cswitch cswitch-joined
  Capture channels: Front Left - Front Right
  Limits: Capture 0 - 65536
  Front Left: Capture 65536 [100%] [on]
  Front Right: Capture 65536 [100%] [on]
"""


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (USB, [CaptureVolume("Mic", 57, 8.0)]),
        (WM8960, [CaptureVolume("ADC PCM", 76, 0.0), CaptureVolume("Capture", 62, 12.0)]),
        (PULSE, [CaptureVolume("Capture", 100, None)]),
        ("", []),
        ("amixer: nonsense\n", []),
    ],
)
def test_capture_volumes(told: str, found: list[CaptureVolume]) -> None:
    assert volumes(told) == found


@given(st.integers(0, 100), st.none() | st.floats(-30, 40), st.floats(-60, 60))
def test_a_turned_volume_stays_within_its_range(percent: int, decibels: float | None, by: float) -> None:
    turned = CaptureVolume("Mic", percent, decibels).turned(by)
    assert 1 <= turned.percent <= 100
    assert (turned.decibels is None) == (decibels is None)


def test_half_of_a_cubic_volume_is_18_db() -> None:
    assert CaptureVolume("Capture", 100, None).turned(-18.06).percent == 50


def test_without_amixer_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(MixerMissing, match="alsa-utils"):
        Mixer("USB Audio (hw:1,0)").volume()


def test_a_card_that_is_not_there_is_said() -> None:
    with pytest.raises(MixerMissing, match="gain of USB"):
        Mixer("USB Audio (hw:77,0)").volume()

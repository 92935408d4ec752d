"""Pins that exist only in memory, and a machine without any sound device."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPWMPin

from firmware.sound import portaudio


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    """gpiozero's mock pins; drive them and look at their states."""
    before = Device.pin_factory
    Device.pin_factory = MockFactory(pin_class=MockPWMPin)
    try:
        yield Device.pin_factory
    finally:
        Device.pin_factory.reset()
        Device.pin_factory = before


@pytest.fixture
def no_sound_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ALSA that knows no device at all; skipped where a sound card is built in, which no configuration hides."""
    bare = tmp_path / "asound.conf"
    bare.write_text("pcm { nothing { type hw card 77 } }\n")  # PortAudio 19.6 aborts on a configuration without any
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(bare))
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "none-of-this-name")
    if found := portaudio.names("input") + portaudio.names("output"):
        pytest.skip(f"this machine has {', '.join(found)}")

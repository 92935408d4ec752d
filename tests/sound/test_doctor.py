"""The doctor's ear on the virtual sound card: the level of the room, a chirp that comes back, one that does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from device.doctor.base import Finding
from device.doctor.checks.sound import CHECKS
from device.doctor.examination import examine
from device.wiring.doctor import build_sources
from tests.sound.appliance import start
from tests.virtual_sound import EAR, MOUTH, VirtualSoundCard

pytestmark = [pytest.mark.sound, pytest.mark.timeout(180)]


def found(folder: Path, card: VirtualSoundCard, *, loud: bool = True, mouth: str = MOUTH) -> dict[str, Finding]:
    """What the checks of the sound find, by code."""
    named = {"EQUERRY_MICROPHONE__NAME": EAR, "EQUERRY_SPEAKER__NAME": mouth, "EQUERRY_PATHS__DATA": str(folder)}
    return {each.code: each for each in examine(CHECKS, build_sources({**card.environment, **named}, loud=loud))}


@pytest.fixture
def looped(sound_card: VirtualSoundCard) -> Iterator[VirtualSoundCard]:
    """Whatever the mouth says is heard by the ear, quietly."""
    asked = ["pactl", "load-module", "module-loopback", f"source={MOUTH}.monitor", f"sink={EAR}", "latency_msec=60"]
    number = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    yield sound_card
    subprocess.run(["pactl", "unload-module", number], check=True)


def test_a_chirp_comes_back(tmp_path: Path, looped: VirtualSoundCard) -> None:
    told = found(tmp_path, looped)
    assert told["sound.microphone"].state == "ok" and told["sound.microphone"].facts["rate"] == 16_000
    assert -75 < told["sound.level"].facts["floor_dbfs"] < -50
    assert told["sound.loop"].state == "ok", told["sound.loop"]
    assert 0 < told["sound.loop"].facts["latency_ms"] < 2500


def test_a_chirp_that_does_not(tmp_path: Path, sound_card: VirtualSoundCard) -> None:
    told = found(tmp_path, sound_card, mouth="nonsense")
    assert told["sound.loop"].words == "the chirp was not heard"
    assert told["sound.speaker"].state == "warn" and MOUTH in told["sound.speaker"].remedy


@pytest.mark.engine
def test_beside_a_running_appliance(tmp_path: Path, sound_card: VirtualSoundCard) -> None:
    appliance = start(sound_card, tmp_path)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "device", "doctor", "--json", "--loud"],
            env={**os.environ, **sound_card.environment, "EQUERRY_PATHS__DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        appliance.stop()
    told: dict[str, Any] = {each["code"]: each for each in json.loads(done.stdout)["findings"]}
    assert told["machine.running"]["state"] == "ok"
    assert told["sound.microphone"]["words"] == "the appliance has it, and hears"
    assert -75 < told["sound.level"]["facts"]["level_dbfs"] < -50
    assert told["sound.loop"]["state"] == "skip" and told["settings.in_force"]["state"] == "ok"
    assert told["store.whole"]["state"] == "ok"

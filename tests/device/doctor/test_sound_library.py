"""PortAudio ends its process where ALSA's configuration can't be read: the doctor and the bundle tell it, and are not
ended by it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from device.doctor.base import Ran
from device.doctor.checks import sound
from device.doctor.sources import run
from tests.pi_trees import planted, sources_of


def test_it_is_tried_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = replace(sources_of(planted(tmp_path, "pi4")), run=run)
    monkeypatch.chdir(tmp_path)
    assert sound.library(sources).state == "ok"
    monkeypatch.setenv("ALSA_CONFIG_PATH", "/nonexistent")
    told = sound.library(sources)
    assert told.state == "fail" and told.facts == {"signal": signal.SIGABRT} and "SIGABRT" in told.words


def test_what_else_may_happen(tmp_path: Path) -> None:
    sources = sources_of(planted(tmp_path, "pi4"))
    broken = replace(sources, run=lambda _: Ran(1, error="Traceback\nImportError: no pyaudio\n"))
    assert sound.library(broken).words == "ImportError: no pyaudio"
    assert sound.library(replace(sources, run=lambda _: Ran(None, error="it did not end within 8 s"))).facts == {
        "reason": "slow"
    }


@pytest.mark.parametrize("command", [["doctor", "--json"], ["support", "--out", "bundle.tar.gz"]])
def test_the_whole_command_goes_on(tmp_path: Path, command: list[str]) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("EQUERRY_")}
    environ |= {"ALSA_CONFIG_PATH": "/nonexistent", "EQUERRY_CONFIG": "", "EQUERRY_PATHS__DATA": str(tmp_path / "data")}
    root = Path(__file__).parents[3]
    environ["PYTHONPATH"] = str(root)
    done = subprocess.run(
        [sys.executable, "-m", "device", *command],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    if command[0] == "doctor":
        found = {each["code"]: each for each in json.loads(done.stdout)["findings"]}
        assert (
            done.returncode == 1
            and found["sound.library"]["state"] == "fail"
            and "sudo chmod" in found["sound.library"]["remedy"]
        )
        assert (
            found["sound.microphone"]["words"] == found["sound.speaker"]["words"] == "not looked at: see sound library"
        )
    else:
        assert (tmp_path / "bundle.tar.gz").stat().st_size > 1000

"""A real `equerry run` with settings that validate and can't be built: it goes on without that part, and says so
everywhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from device.control.client import NotRunning, request

pytestmark = pytest.mark.engine


def test_it_goes_on_without_and_says_so(tmp_path: Path, model_folder: Callable[[str], Path]) -> None:
    own, data, log = tmp_path / "own.toml", tmp_path / "data", tmp_path / "log"
    own.write_text(
        '[board]\nname = "nonsense"\n[button]\npin = 18\nmute_pin = 27\n[lights]\nkind = "led"\npins = [18]\n'
    )
    environ = {name: value for name, value in os.environ.items() if not name.startswith("EQUERRY_")} | {
        "EQUERRY_CONFIG": str(own),
        "EQUERRY_PATHS__DATA": str(data),
        "EQUERRY_PATHS__MODELS": str(model_folder("openwakeword").parent),
        "EQUERRY_LANGUAGE_MODEL__ENABLED": "false",
        "EQUERRY_GUIDE__ENABLED": "false",
        "GPIOZERO_PIN_FACTORY": "mock",
        "GPIOZERO_MOCK_PIN_CLASS": "mockpwmpin",
    }

    def equerry(*words: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "device", *words], env=environ, capture_output=True, text=True, check=False
        ).stdout

    def begun() -> subprocess.Popen[bytes]:
        with log.open("a") as written:
            command = [sys.executable, "-m", "device", "run", "--live"]
            return subprocess.Popen(command, env=environ, stdout=written, stderr=subprocess.STDOUT)

    process = begun()

    def until(told: Callable[[Mapping[str, Any]], object]) -> None:
        end = time.monotonic() + 60
        while not told(_status(data)):
            assert time.monotonic() < end and process.poll() is None, log.read_text()
            time.sleep(0.05)

    try:
        until(lambda status: sorted(status.get("lacking", ())) == ["board", "lights"])
        assert not _status(data)["appliance"]["switched_off"], "the switch is read"
        for words in ("Going on without the board: There is no board called nonsense", "Going on without the lights: "):
            assert words in log.read_text()
        assert "✗  lights" in equerry("status") and "dark: " in equerry("status")
        findings = {each["code"]: each for each in json.loads(equerry("doctor", "--json", "--no-sound"))["findings"]}
        assert findings["hat.used"]["state"] == "fail" and findings["hat.used"]["facts"] == {
            "lacking": ["board", "lights"]
        }
        own.write_text(own.read_text().replace("[18]", "[19]"))
        until(lambda status: status.get("settings", {}).get("waiting") == ["lights.pins"])
        process.terminate()
        process.wait(20)
        process = begun()
        until(lambda status: list(status.get("lacking", ())) == ["board"])
    finally:
        process.terminate()
        process.wait(20)


def _status(data: Path) -> Mapping[str, Any]:
    try:
        told = request(data, {"request": "status"})
    except (NotRunning, FileNotFoundError):
        return {}
    return told if "appliance" in told else {}

"""A real `equerry run` whose settings change under it: taken at once, refused, and by a new start in order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from device.control.client import NotRunning, request
from device.process.systemd import AGAIN

pytestmark = pytest.mark.engine


class Running:
    """Without a microphone; somebody would start it again."""

    def __init__(self, folder: Path, models: Path) -> None:
        self.own, self.data = folder / "etc" / "own.toml", folder / "data"
        self.own.parent.mkdir()
        self.own.write_text("[wake]\nthreshold = 0.6 # mine\n")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EQUERRY_")}
        environment |= {
            "EQUERRY_CONFIG": str(self.own),
            "EQUERRY_PATHS__DATA": str(self.data),
            "EQUERRY_PATHS__MODELS": str(models),
        }
        self.environment = environment | {"INVOCATION_ID": "here", "EQUERRY_LANGUAGE_MODEL__ENABLED": "false"}
        self.environment["EQUERRY_GUIDE__ENABLED"] = "false"
        self.log = folder / "log"
        with self.log.open("w") as log:
            command = [sys.executable, "-m", "device", "run", "--live"]
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=subprocess.STDOUT)

    def until(self, done: Callable[[], object]) -> None:
        until = time.monotonic() + 60
        while not done():
            assert time.monotonic() < until and self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)

    def status(self) -> dict[str, object]:
        try:
            return dict(request(self.data, {"request": "status"}).get("settings", {}))  # without, it loads still
        except (NotRunning, FileNotFoundError):
            return {}

    def logged(self, pattern: str) -> bool:
        return re.search(pattern, self.log.read_text(), re.MULTILINE) is not None


@pytest.fixture
def running(tmp_path: Path, model_folder: Callable[[str], Path]) -> Iterator[Running]:
    running = Running(tmp_path, model_folder("openwakeword").parent)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait(20)


def test_settings_change_under_it(running: Running) -> None:
    running.until(running.status)
    running.own.write_text(
        "[wake]\nthreshold = 0.4\nwords = ['alexa']\n[bucket]\nname = ''\n[quiet]\nhours = '22:00-06:00'\n"
    )
    running.until(lambda: running.logged(r"New settings: wake\.words, wake\.threshold, quiet\.hours\."))
    for wrong, said in (
        ("[wake]\nthreshold = ", "not valid TOML"),
        ("[wake]\nwords = ['hey_nobody']\n", "no such word"),
        ("[voice]\nmodel = 'nobody'\n", "voice.model: "),
        ("[bucket]\nname = 'files'\n", "bucket-key-id is missing"),
    ):
        running.own.write_text(wrong)
        running.until(lambda said=said: said in str(running.status()["settings_refused"]))  # type: ignore[misc]
    shown = subprocess.run(
        [sys.executable, "-m", "device", "status"], env=running.environment, capture_output=True, text=True, check=True
    ).stdout
    assert "those before stay in force" in shown and "bucket-key-id" in shown
    running.own.write_text("[voice]\nspeed = 1.2\n[speaker]\nvolume = 0.5\n[lights]\nbrightness = 0.5\n")
    assert running.process.wait(60) == AGAIN
    assert running.logged(r"Waiting for a new start: voice\.speed\.$")
    assert running.logged(r"Starting anew for voice\.speed\.$")

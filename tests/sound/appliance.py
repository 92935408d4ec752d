"""A real `equerry run` in a process of its own, on the virtual sound card."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.virtual_sound import EAR, MOUTH, Recording, VirtualSoundCard


@dataclass
class Appliance:
    """A running `equerry run`."""

    process: subprocess.Popen[str]
    folder: Path
    card: VirtualSoundCard

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def await_log(self, pattern: str, *, after: int = 0, within: float = 30.0) -> re.Match[str]:
        """Until the log holds this beyond position `after`. Real time is what is tested here, so it really waits."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            if found := re.search(pattern, self.log[after:]):
                return found
            assert self.process.poll() is None, self.log
            time.sleep(0.05)
        raise AssertionError(f"no {pattern!r} within {within} s in:\n{self.log[after:]}")

    def command(self, sound: np.ndarray) -> Recording:
        """Say something, and record the answer to its end."""
        position = len(self.log)
        with self.card.record_mouth() as recording:
            self.card.play_into_ear(sound)
            self.await_log(r"turn \d+: said", after=position)
        return recording

    def stop(self) -> float:
        """SIGTERM; seconds until it ended."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=10)
        return time.monotonic() - began


def start(
    card: VirtualSoundCard,
    folder: Path,
    *options: str,
    program: str = "device run",
    environ: Mapping[str, str] | None = None,
) -> Appliance:
    """`equerry run` on the virtual card with its store in `folder`; returns once it is ready. `program`: a module in
    place of it, with its arguments; `environ`: more settings.
    """
    environment = {
        **os.environ,
        **card.environment,
        "EQUERRY_PATHS__DATA": str(folder),
        "EQUERRY_PATHS__MODELS": os.environ.get("EQUERRY_PATHS__MODELS")
        or str(Path.home() / ".local/share/equerry/models"),
        "EQUERRY_MICROPHONE__NAME": EAR,
        "EQUERRY_SPEAKER__NAME": MOUTH,
        "EQUERRY_LIGHTS__KIND": "terminal",
        "EQUERRY_GUIDE__ENABLED": "false",
        "EQUERRY_LANGUAGE_MODEL__ENABLED": "false",  # what is said to it the templates know
        "EQUERRY_SESSION__OPEN_S": "0",  # nobody waits for it to close but where it is what is tried
        **(environ or {}),
    }
    log = (folder / "log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", *program.split(), *options],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
    )
    appliance = Appliance(process, folder, card)
    appliance.await_log(r"\bready\b", within=60)
    return appliance

"""Ctrl-C before the appliance is ready: one line, no traceback, whatever is being imported or loaded just then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("library", ["_struct", "pydantic_core", "numpy", "yaml"])
@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_is_stopped_while_it_starts(tmp_path: Path, library: str, how: signal.Signals, code: int) -> None:
    environment = {**os.environ, "EQUERRY_PATHS__DATA": str(tmp_path)}
    # What is imported next waits until it has been told to end: the moment is the same on every machine.
    waiting = f"""
import sys, time
class Waiting:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {library!r}:
            print("here", flush=True)
            time.sleep(60)
sys.meta_path.insert(0, Waiting())
sys.argv = ["equerry", "run", "--live"]
from device.__main__ import main
main()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", waiting], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "here\n"
    process.send_signal(how)
    _, said = process.communicate(timeout=30)
    assert (said, process.returncode) == ("equerry: stopped\n", code)

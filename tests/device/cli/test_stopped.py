"""Ctrl-C before the appliance is ready: one line, no traceback, whatever is being imported or loaded just then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


@pytest.mark.parametrize("library", ["pydantic_core", "numpy", "yaml"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_is_stopped_while_it_starts(tmp_path: Path, library: str, how: signal.Signals) -> None:
    environment = {**os.environ, "EQUERRY_PATHS__DATA": str(tmp_path)}
    command = [sys.executable, "-m", "device", "run", "--live"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    maps = Path(f"/proc/{process.pid}/maps")
    until = time.monotonic() + 30
    while library not in maps.read_text(encoding="utf-8"):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.005)
    process.send_signal(how)
    _, said = process.communicate(timeout=30)
    lines = said.splitlines()
    if how == signal.SIGINT:
        assert lines[-1:] == ["equerry: stopped"], said
        assert process.returncode in (0, 130)
    else:  # before the command has begun it ends as any program does
        assert lines[-1:] in ([], ["equerry: stopped"]), said
        assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in said

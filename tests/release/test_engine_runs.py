"""The engine's wheel for this machine, where it was made: it runs the command model as the compiled one does."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from device.configuration.load import load
from device.models.installed import state_of
from release.engine import wheel_name
from release.source import ROOT, UV

WHEEL = ROOT / "wheels" / wheel_name(platform.machine())
MODELS = load().paths.models


@pytest.mark.engine
@pytest.mark.skipif(not WHEEL.exists(), reason="no wheel of the engine here (scripts/engine-wheel)")
@pytest.mark.skipif(state_of("equerry-commands", MODELS) != "here", reason="the command model is not here")
def test_it_says_what_the_compiled_one_says(tmp_path: Path) -> None:
    install = [UV, "pip", "install", "--offline", "--no-deps", "--python", sys.executable, "--target", tmp_path, WHEEL]
    subprocess.run(install, check=True, capture_output=True)
    command = [sys.executable, ROOT / "tests" / "system" / "engine.py", MODELS]
    said = [
        subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True)
        for path in ("", str(tmp_path))
    ]
    assert said[0].stdout.split() == said[1].stdout.split() and said[0].stdout.startswith(platform.machine())

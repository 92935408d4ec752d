"""Whatever the terminal's letters are, no command ends with a traceback over them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(("encoding", "arrow"), [("ascii", b"->"), ("latin-1", b"->"), ("utf-8", "→".encode())])
def test_the_nearest_sign_there_is(encoding: str, arrow: bytes, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONIOENCODING": encoding, "EQUERRY_PATHS__DATA": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "device", "config", "diff"], env=env, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b'paths.data: "~/.local/share/equerry" ' + arrow in done.stdout


def test_marks_stay_apart(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "EQUERRY_PATHS__DATA": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "device", "status"], env=env, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stdout.startswith(b"x  equerry")

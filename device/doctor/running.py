"""Runs commands of the system for the checks: without a terminal, in plain English, within bounds."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from device.doctor.base import Ran

_LIMIT_S = 8.0
_MOST = 2_000_000
"""Letters of what it tells; the last ones."""


def run(words: Sequence[str], *, limit_s: float = _LIMIT_S, most: int = _MOST) -> Ran:
    """Run a command and wait for it. Nothing raises: one that is not there, or hangs, has no status."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": "", "PAGER": "cat"}
    try:
        done = subprocess.run(words, capture_output=True, stdin=subprocess.DEVNULL, env=environment, timeout=limit_s, check=False)
    except subprocess.TimeoutExpired:
        return Ran(None, error=f"it did not end within {limit_s:g} s")
    except OSError as error:
        return Ran(None, error=error.strerror or "it can't be started")
    told, complaint = (each[-most:].decode("utf-8", errors="replace") for each in (done.stdout, done.stderr))
    return Ran(done.returncode, told, complaint)

"""What can go wrong while a release is made."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class ReleaseFailed(Exception):
    """It can't be made; the sentence says what helps."""


def run(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, folder: Path | None = None) -> str:
    """What a program printed. Raises ReleaseFailed with the end of what it said where it fails or is not there."""
    try:
        done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise ReleaseFailed(f"{command[0]} is not here; install it, then run this again") from None
    if done.returncode:
        said = " ".join((done.stderr or done.stdout)[-600:].split())
        raise ReleaseFailed(f"{shlex.join(map(str, command[:4]))} … failed: {said}")
    return done.stdout

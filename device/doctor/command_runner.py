"""Runs commands of the system for the checks: without a terminal, in plain English, within bounds."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Sequence
from typing import IO

from device.doctor.base import Ran

_LIMIT_S = 8.0
_MOST = 2_000_000
"""Bytes of what it tells; the last ones."""
_BLOCK = 65_536


def run(words: Sequence[str], *, limit_s: float = _LIMIT_S, most: int = _MOST) -> Ran:
    """Run a command and wait for it. Nothing raises: one that is not there, or hangs, has no status. However much it
    tells, no more than
    twice `most` is held."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": "", "PAGER": "cat"}
    try:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
    except OSError as error:
        return Ran(None, error=error.strerror or "it can't be started")
    told, complained = bytearray(), bytearray()
    readers = [
        threading.Thread(target=_read, args=(stream, kept, most), name=f"{words[0]} told", daemon=True)
        for stream, kept in ((process.stdout, told), (process.stderr, complained))
    ]
    for reader in readers:
        reader.start()
    try:
        code = process.wait(limit_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return Ran(None, error=f"it did not end within {limit_s:g} s")
    for reader in readers:
        reader.join(limit_s)
    out, error_words = (bytes(kept[-most:]).decode("utf-8", errors="replace") for kept in (told, complained))
    return Ran(code, out, error_words)


def _read(stream: IO[bytes] | None, kept: bytearray, most: int) -> None:
    assert stream is not None
    with stream:
        while block := stream.read(_BLOCK):
            kept += block
            if len(kept) > 2 * most:
                del kept[:-most]

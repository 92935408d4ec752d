"""The prompt of the rehearsal on a real terminal (a pty): nothing is printed into it; it has editing and history."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

from device.process import live
from device.process.live import log_turn

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import readline, threading, time
from rich.console import Console as Terminal
from device.process.console import Console

console = Console(Terminal(highlight=False))

def ring():
    while readline.get_line_buffer() != "add mi":
        time.sleep(0.01)
    console.say("A timer rings.")

threading.Thread(target=ring, daemon=True).start()
print("first:", console.ask())
print("second:", console.ask())
"""


def test_what_is_printed_goes_above_the_prompt_which_has_editing_and_history() -> None:
    screen, far = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=far,
        stdout=far,
        stderr=far,
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(far)
    seen = ""

    def until(words: str) -> str:
        nonlocal seen
        end = time.monotonic() + 60
        while words not in seen:
            assert time.monotonic() < end, seen
            if select.select([screen], [], [], 0.1)[0]:
                seen += os.read(screen, 4096).decode(errors="replace")
        before, _, seen = seen.partition(words)
        return before

    try:
        until("equerry> ")
        os.write(screen, b"add mi")
        assert until("A timer rings.").endswith("\r\x1b[J")
        until("equerry> add mi")
        os.write(screen, b"kl\x1b[D\x7f\x1b[Cl\x7f\x7flk\n")  # left, backspace, right: a line is edited
        until("first: add milk")
        until("equerry> ")
        os.write(screen, b"\x1b[A\n")  # the one before
        until("second: add milk")
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        os.close(screen)


def test_a_journal_is_told_no_words() -> None:
    assert live._watchers() == [log_turn], "stderr is no terminal here"

"""The prompts of the rehearsal and of `equerry run` on a real terminal (a pty): nothing is printed into them; they
have editing and history.
"""

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
from device.process.prompt import typed_at

ROOT = Path(__file__).resolve().parents[3]
IN_FRONT = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
"""The terminal is its own."""
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


LIVE = """
import logging, queue, readline, sys, termios, threading, time
from rich.console import Console as Terminal
from device.process.console import Console
from device.process.log import log_to_stderr
from device.process.prompt import TypedPrompt, typed_at
from device.turn.events import Ready
from device.turn.session import Session

console = Console(Terminal(stderr=True, highlight=False))
log_to_stderr(console)
inbox = queue.SimpleQueue()
assert typed_at()
before = termios.tcgetattr(sys.stdin)
prompt = TypedPrompt(console, inbox.put)
prompt.watch(Ready(), Session())
threading.Thread(target=prompt.run, name="prompt", daemon=True).start()
while readline.get_line_buffer() != "add mi":
    time.sleep(0.01)
logging.getLogger("device").error("The microphone is gone.")
got = [inbox.get()]
if len(sys.argv) > 1:
    while readline.get_line_buffer() != "x":
        time.sleep(0.01)
else:
    got.append(inbox.get())
prompt.stop()
print(*got, sep="; ")  # only now: it would be printed into a prompt that is being drawn
print("as it was:", termios.tcgetattr(sys.stdin)[3] == before[3])
sys.stdout.flush()
"""


class Screen:
    """A terminal with a program on it."""

    def __init__(self, program: str, *words: str) -> None:
        self._near, far = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", IN_FRONT + program, *words],
            stdin=far,
            stdout=far,
            stderr=far,
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm"},
            start_new_session=True,
        )
        os.close(far)
        self._seen = ""

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._near)

    def type(self, keys: str) -> None:
        os.write(self._near, keys.encode())

    def until(self, words: str) -> str:
        """What stands before these words, when they have come."""
        end = time.monotonic() + 60
        while words not in self._seen:
            assert time.monotonic() < end, self._seen
            if select.select([self._near], [], [], 0.1)[0]:
                self._seen += os.read(self._near, 4096).decode(errors="replace")
        before, _, self._seen = self._seen.partition(words)
        return before


def test_what_is_printed_goes_above_the_prompt_which_has_editing_and_history() -> None:
    with Screen(PROGRAM) as screen:
        screen.until("equerry> ")
        screen.type("add mi")
        assert screen.until("A timer rings.").endswith("\r\x1b[J")
        screen.until("equerry> add mi")
        screen.type("kl\x1b[D\x7f\x1b[Cl\x7f\x7flk\n")  # left, backspace, right: a line is edited
        screen.until("first: add milk")
        screen.until("equerry> ")
        screen.type("\x1b[A\n")  # the one before
        screen.until("second: add milk")
        assert screen.process.wait(20) == 0


def test_the_appliance_is_typed_to_and_its_log_goes_above_the_prompt() -> None:
    with Screen(LIVE) as screen:
        screen.until("equerry> ")
        screen.type("add mi")
        assert "\r\x1b[J" in screen.until("The microphone is gone.")
        screen.until("equerry> add mi")
        screen.type("lk\n")
        screen.until("equerry> ")
        screen.type("\n")  # nothing
        screen.until("equerry> ")
        screen.type("\x04")
        screen.until("TextGiven(text='add milk'); Stopping()")
        screen.until("as it was: True")


def test_the_terminal_is_left_as_it_was_though_somebody_is_still_asked() -> None:
    with Screen(LIVE, "ends") as screen:
        screen.until("equerry> ")
        screen.type("add mi")
        screen.until("gone.")
        screen.type("lk\nx")
        screen.until("as it was: True")


def test_who_types_to_the_appliance_in_the_background_is_not_waited_for() -> None:
    assert not typed_at(), "no terminal here"


def test_a_journal_is_told_no_words() -> None:
    assert live._console() is None, "stderr is no terminal here"
    assert live._watchers(None) == [log_turn]

"""The prompt of `equerry run` on a terminal: what is typed is a command, as if it had been said."""

from __future__ import annotations

import os
import sys
import termios
import threading

from device.process.console import Console
from device.turn import events as on
from device.turn.session import Session

HINT = "Or type a command. Ctrl-D ends."


def typed_at() -> bool:
    """Whether somebody can type to us: a terminal at both ends, and we are not in its background."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(each.isatty() for each in streams) and _in_front()


class TypedPrompt:
    """Runs on the thread `prompt` (device.turn.reactor.Beside)."""

    name = "prompt"

    def __init__(self, console: Console, put: on.Emit) -> None:
        self._console = console
        self._put = put
        self._before = termios.tcgetattr(sys.stdin)
        self._ready = threading.Event()

    def watch(self, event: on.Event, _: Session) -> None:
        """A watcher of the daemon: what is typed before it is ready would be lost."""
        if isinstance(event, on.Ready):
            self._ready.set()

    def run(self) -> None:
        """Until Ctrl-D, which ends the appliance. An empty line is nothing."""
        self._ready.wait()
        self._console.say(HINT, style="dim")
        while True:
            try:
                line = self._console.ask().strip()
            except (EOFError, OSError):
                if _in_front():
                    self._put(on.Stopping())
                return  # put into the background meanwhile: it goes on without being typed to
            if line:
                self._put(on.TextGiven(line))

    def stop(self) -> None:
        """Leave the terminal as it was: readline still waits there, with keys that are not echoed."""
        if _in_front():
            termios.tcsetattr(sys.stdin, termios.TCSANOW, self._before)
            self._console.leave()


def _in_front() -> bool:
    """Whether what is typed is ours: who reads in the background is stopped by the terminal."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:  # no terminal, or it is gone
        return False

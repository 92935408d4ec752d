"""equerry talk: speak and type to the running appliance from a terminal."""

from __future__ import annotations

import sys


def talk() -> None:
    """Push-to-talk from the terminal: Enter or Space opens the ear of the appliance; the same again, and what was said
    is the command.

    While it speaks or rings, that stops instead. What is typed is a command, too.

    What is heard, understood and answered is printed as it comes. Ctrl-D ends. Where the input is no terminal, each
    line is a command.
    """
    from device.configuration.load import load_usable
    from device.watch.talk import talk as converse

    raise SystemExit(converse(load_usable()[0].paths.data, sys.stdin, sys.stdout))

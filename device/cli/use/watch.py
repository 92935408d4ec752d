"""equerry watch: what the appliance is doing, live; equerry talk: speak and type to it."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from device.errors import ApplianceError


class NoScreen(ApplianceError):
    """This terminal can't show a full screen (TERM is {term}). equerry watch --jsonl prints a line for each change;
    equerry status shows how it is now."""

    code = "watch.no_screen"


def watch(
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print the snapshot, then each change, as JSON lines (docs/control.md).")
    ] = False,
) -> None:
    """Show what the running appliance is doing, live: phase, lights, levels, words, jobs, tasks, latency, log.

    Waits for an appliance that does not run, and follows it when it starts anew.
    """
    from device.configuration.load import load_usable

    folder = load_usable()[0].paths.data
    if jsonl:
        from device.control.client import stream

        for line in stream(folder, {"request": "watch"}):
            if line:
                sys.stdout.buffer.write(line + b"\n")
                sys.stdout.buffer.flush()
        return
    term = os.environ.get("TERM", "")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoScreen(term="none: this is no terminal")
    if term in ("", "dumb", "unknown"):
        raise NoScreen(term=term or "not set")
    from device.watch.screen import Watching

    Watching(folder).run()


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

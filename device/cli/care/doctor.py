"""equerry doctor: looks at everything the appliance needs, and says what helps."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from device.doctor.base import Check, Finding
    from device.doctor.sources import Sources

_WIDEST = 140


def doctor(
    json_: Annotated[
        bool, typer.Option("--json", help="Print one JSON object (docs/doctor.md); asks nothing.")
    ] = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Read every byte of the models and every document of the store, too.")
    ] = False,
    loud: Annotated[
        bool, typer.Option("--loud", help="Play a chirp without asking, to see whether the microphone hears it.")
    ] = False,
    no_sound: Annotated[bool, typer.Option("--no-sound", help="Make no sound, and do not ask.")] = False,
) -> None:
    """Look at the machine, its sound, pins, disk, models, store, broker and service; say what is amiss and what helps.

    Works while the appliance runs, which is asked for what it holds, and while it does not. Ends with 1 where something
    does not work.
    """
    from device.cli.lines import fail
    from device.wiring.doctor import build_sources

    if loud and no_sound:
        fail("--loud and --no-sound are opposites: name one")
    sources = build_sources(os.environ, thorough=thorough, loud=loud)
    if not (loud or no_sound or json_) and sys.stdin.isatty() and sys.stdout.isatty() and _is_down(sources):
        loud = typer.confirm(
            "May a short chirp be played, to see whether the microphone hears the loudspeaker?", default=False
        )
        sources = build_sources(os.environ, thorough=thorough, loud=loud)
    from device.doctor.checks import CHECKS
    from device.doctor.examination import examine
    from device.doctor.page import fields_of, page, worst

    found = list(_shown(lambda began: examine(CHECKS, sources, began), quiet=json_))
    if json_:
        print(json.dumps(fields_of(found, sources.now()), ensure_ascii=False, indent=1))
    else:
        from rich.console import Console as Terminal

        terminal = Terminal(highlight=False)
        terminal.width = min(terminal.width, _WIDEST)
        terminal.print(page(found))
    _end(1 if worst(found) == "fail" else 0, stuck=any(each.facts.get("reason") == "slow" for each in found))


def _is_down(sources: Sources) -> bool:
    from firmware.errors import ExpectedError

    try:
        return sources.running is None
    except (ExpectedError, OSError):
        return False


def _shown(examined: Callable[[Callable[[Check], None]], Iterator[Finding]], *, quiet: bool) -> Iterator[Finding]:
    """What is being looked at stands in the terminal meanwhile."""
    from rich.console import Console as Terminal

    terminal = Terminal(stderr=True)
    if quiet or not terminal.is_terminal:
        yield from examined(lambda _: None)
        return
    with terminal.status("looking") as status:
        yield from examined(lambda check: status.update(f"looking at {check.area}: {check.name}"))


def _end(code: int, *, stuck: bool) -> None:
    """A check that hangs in a driver would hold the end of the process, too."""
    if stuck:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    if code:
        raise typer.Exit(code)

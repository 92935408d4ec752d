"""Settings that were measured: shown, agreed to, written as `equerry config set` writes them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from device.calibration.report import Suggestion

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Set what is suggested, without asking.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Set nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object; what is to be done is told on stderr.")]


def agreed(question: str, *, yes: bool, dry_run: bool) -> bool:
    """Whether it is to be done. Without a terminal nobody can be asked: then it is not."""
    if dry_run:
        return False
    if yes:
        return True
    if not sys.stdin.isatty():
        say("Nothing was set: there is nobody to ask. Say --yes to have it set.")
        return False
    return typer.confirm(question, default=False, err=True)


def write(suggestions: Sequence[Suggestion], *, yes: bool, dry_run: bool) -> list[str]:
    """Ask, then set them; the keys that were set. Raises what `equerry config set` raises."""
    for each in suggestions:
        say(f"Suggested: {each.key} = {each.value} ({each.why})")
    if not suggestions or not agreed("Set that?" if len(suggestions) == 1 else "Set these?", yes=yes, dry_run=dry_run):
        return []
    from device.configuration.live.table import words_of
    from device.configuration.owned.changes import Owned
    from device.configuration.schema import find
    from device.wiring.basis import unmet

    owned = Owned(os.environ, unmet)
    for each in suggestions:
        key = find(each.key)
        done = owned.set(key, each.value)
        say(f"{each.key} is set in {done.path}. {words_of(key).capitalize()}.")
        if done.over:
            say(f"{done.over} says otherwise, and is believed.")
    return [each.key for each in suggestions]


def say(words: str) -> None:
    """On stderr: stdout is for what was found."""
    print(words, file=sys.stderr, flush=True)


def running_line() -> Callable[[str], None]:
    """Writes over one line of the terminal again and again; nothing where there is none."""
    if not sys.stderr.isatty():
        return lambda _: None

    def show_line(words: str) -> None:
        print(f"\r\x1b[2K{words}", end="", file=sys.stderr, flush=True)

    return show_line


def bar(share: float, mark: float | None = None, width: int = 30) -> str:
    """So much of a bar, 0 to 1, with a line at `mark`."""
    full = round(width * min(1.0, max(0.0, share)))
    cells = ["━"] * full + ["·"] * (width - full)
    if mark is not None:
        cells[min(width - 1, int(width * mark))] = "│" if full <= int(width * mark) else "┿"
    return "".join(cells)

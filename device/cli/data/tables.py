"""equerry tasks, lists, people, …: the store as tables, without disturbing an appliance that runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from device.pages.tables import Row, Tables

All = Annotated[bool, typer.Option("--all", help="Also what is done, over or cancelled.")]
Jsonl = Annotated[bool, typer.Option("--jsonl", help="A JSON line each, with all that the store has of it.")]

_WHOLE = (
    "due", "start", "rings", "priority", "status", "kind", "again", "left", "of", "done", "balance", "session",
    "when", "lasted", "size", "kept", "version", "state", "device",
)  # fmt: skip
"""Columns that are never folded."""


def tasks(all_: All = False, jsonl: Jsonl = False) -> None:
    """Show the tasks that are to be done, the most pressing first."""
    show(lambda told: told.tasks(everything=all_), jsonl=jsonl)


def lists(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="What is on this one.")] = "",
    all_: All = False,
    jsonl: Jsonl = False,
) -> None:
    """Show the lists and how much is on them; with a NAME what is on that one."""
    show(lambda told: told.items(name, everything=all_) if name else told.lists(), jsonl=jsonl)


def people(jsonl: Jsonl = False) -> None:
    """Show the people in the contacts."""
    show(lambda told: told.people(), jsonl=jsonl)


def projects(all_: All = False, jsonl: Jsonl = False) -> None:
    """Show the projects, and how much of each is done."""
    show(lambda told: told.projects(everything=all_), jsonl=jsonl)


def meetings(all_: All = False, jsonl: Jsonl = False) -> None:
    """Show the meetings to come, the next first."""
    show(lambda told: told.meetings(everything=all_), jsonl=jsonl)


def reminders(all_: All = False, jsonl: Jsonl = False) -> None:
    """Show the reminders, alarms and timers that will ring, the next first."""
    show(lambda told: told.reminders(everything=all_), jsonl=jsonl)


def customers(jsonl: Jsonl = False) -> None:
    """Show the customers and their balances."""
    show(lambda told: told.customers(), jsonl=jsonl)


def show(wanted: Callable[[Tables], Sequence[Row]], *, jsonl: bool) -> None:
    """Print a table of the store."""
    from device.cli.lines import print_json, shown
    from device.configuration.load import load_usable
    from device.pages.tables import Tables
    from device.wiring.basis import clock_of
    from services.store.sqlite.read_only import documents_of

    settings, _ = load_usable()
    told = wanted(Tables(documents_of(settings.paths.store), clock_of(settings)()))
    if jsonl:
        for row in told:
            print_json(row.fields)
        return
    if not told:
        print("equerry: nothing", file=sys.stderr)
        return
    print_table([{name: shown(words) for name, words in row.cells.items()} for row in told])


def print_table(rows: Sequence[dict[str, str]]) -> None:
    """As wide as the terminal, 80 columns where it tells none; for a program a line each, cells apart by a tab."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = Console(highlight=False)
    if not terminal.is_terminal:
        for row in rows:
            print("\t".join(cell.replace("\t", " ") for cell in row.values()))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        table.add_column(name, overflow="fold", no_wrap=name in _WHOLE)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row.values()))
    terminal.print(table)

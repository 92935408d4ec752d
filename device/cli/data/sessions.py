"""equerry sessions: who spoke when, how it sounded and what was said; whether the appliance runs or not."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from device.cli import completion

if TYPE_CHECKING:
    from device.records.sessions.record import SessionRecord

app = typer.Typer(help="What was spoken with the appliance, and how it sounded.", invoke_without_command=True)

Id = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="Of the session, or how it begins; last: the latest.", autocompletion=completion.sessions
    ),
]
_LONGEST = 1000
_PATIENCE_S = 2.0
"""For an appliance that is busy; what is kept is shown all the same."""


@app.callback()
def sessions(
    context: typer.Context,
    count: Annotated[int, typer.Option("--last", min=1, max=_LONGEST, help="How many, the latest last.")] = 20,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="A JSON line each, with all that is kept of it.")] = False,
) -> None:
    """Show the latest sessions: from the wake word or the button until the ear closed. One that goes on is the last,
    with what is known.
    """
    if context.invoked_subcommand:
        return
    from device.cli.data.tables import print_table
    from device.cli.lines import print_json
    from device.records.sessions.pages import cells
    from device.records.sessions.record import fields_of

    found, zone = _kept()
    found += _going_on()
    if jsonl:
        for record in found[-count:]:
            print_json(fields_of(record))
        return
    if not found:
        print("equerry: no session is kept", file=sys.stderr)
        return
    print_table([cells(record, zone) for record in found[-count:]])


@app.command()
def show(id: Id = "last") -> None:
    """Show all that is kept of one session."""
    from device.records.sessions.pages import page

    found, zone = _kept()
    for line in page(_chosen(found, id), zone):
        print(line)


@app.command()
def export(
    id: Id = "last",
    form: Annotated[
        Literal["text", "json", "srt"],
        typer.Option("--format", help="text: a line each; json: all; srt: subtitles for a recording."),
    ] = "text",
) -> None:
    """Print what was said in one session."""
    from device.cli.lines import print_json
    from device.records.sessions.pages import subtitles, text
    from device.records.sessions.record import fields_of

    found, zone = _kept()
    record = _chosen(found, id)
    if form == "json":
        print_json(fields_of(record))
        return
    for line in text(record, zone) if form == "text" else subtitles(record):
        print(line)


def _kept() -> tuple[list[SessionRecord], tzinfo]:
    """Oldest first."""
    from device.configuration.load import load_usable
    from device.records.sessions.record import KIND, record_of
    from device.wiring.basis import zone_of
    from services.store.sqlite.read_only import journal_of

    settings, _ = load_usable()
    with journal_of(settings.paths.store) as journal:
        return [record_of(entry.fields) for entry in journal.rows(KIND)], zone_of(settings)


def _going_on() -> list[SessionRecord]:
    """The one that goes on, as far as the appliance tells of it (its words come later); none where it does not run."""
    from datetime import datetime

    from device.configuration.load import load_usable
    from device.control.client import accepted, request
    from device.records.sessions.record import SessionRecord, Sound, quality_of
    from firmware.errors import ExpectedError

    settings, _ = load_usable()
    try:
        told = accepted(request(settings.paths.data, {"request": "status"}, patience=_PATIENCE_S)).get("session")
    except ExpectedError:
        return []
    if not told or told["state"] != "open":
        return []
    began = datetime.fromisoformat(told["began"])
    sounds = (Sound(0.0, quality_of(told["quality"])),) if told["quality"] else ()
    ended = max(began, datetime.now(began.tzinfo))
    return [SessionRecord(told["id"], began, ended, turns=told["turns"], commands=told["commands"], sounds=sounds)]


def _chosen(found: Sequence[SessionRecord], id_: str) -> SessionRecord:
    """Ends the command where there is none of that name, or several."""
    meant = list(found[-1:]) if id_ == "last" else [record for record in found if record.id.startswith(id_)]
    if len(meant) != 1:
        none = "no session is kept" if not found else f"there is no session {id_!r}"
        words = f"{id_!r} may be any of {', '.join(record.id for record in meant[:5])}" if meant else none
        print(f"equerry: {words}", file=sys.stderr)
        raise typer.Exit(1)
    return meant[0]

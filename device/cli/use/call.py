"""equerry call: a call that goes on, or one from a file, followed; and the records of calls."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from services.store.base import CallRecord

app = typer.Typer(
    help="Follow a call as it goes on, or from a file; show what was found in calls.", no_args_is_help=True
)

Id = Annotated[str, typer.Argument(metavar="ID", help="Of the call, or how it begins; last: the latest.")]


@app.command()
def start(other: Annotated[str, typer.Option("--with", help="Who is on the other side.")] = "") -> None:
    """Have the running appliance follow a call from now on (docs/calls.md)."""
    _do("call.start", name=other) if other else _do("call.start")


@app.command()
def end() -> None:
    """The call that is followed is over."""
    _do("call.end")


@app.command()
def quiet() -> None:
    """Have nothing whispered for five minutes; "Hey Jarvis, be quiet" does the same."""
    from device.configuration.load import load_usable
    from device.control.client import accepted, request

    accepted(request(load_usable()[0].paths.data, {"request": "stop"}))


@app.command()
def aside() -> None:
    """Ask something during a call, as if the talk button were pressed: only your ear hears the answer."""
    from device.configuration.load import load_usable
    from device.control.client import accepted, request

    folder = load_usable()[0].paths.data
    call = accepted(request(folder, {"request": "status"})).get("call")
    if not call:
        _refuse("no call is followed; equerry call start --with NAME begins one")
    elif not call["private"]:
        _refuse("there is no ear that only you hear: name its device in ear of [calls]")
    else:
        accepted(request(folder, {"request": "listen"}))


@app.command()
def watch(jsonl: Annotated[bool, typer.Option("--jsonl", help="A JSON line for each event.")] = False) -> None:
    """Show the call that goes on, live, until it is over; waits for one where there is none."""
    from device.calls.watched import watched
    from device.cli.lines import print_json, shown
    from device.configuration.load import load_usable

    for message in watched(load_usable()[0].paths.data):
        if jsonl:
            print_json(message.found)
        elif message.line:
            print(shown(message.line), flush=True)


def _do(action: str, **slots: str) -> None:
    """Ask the appliance for it, and print what it says."""
    from device.cli.lines import shown
    from device.configuration.load import load_usable
    from device.control.client import accepted, request

    folder = load_usable()[0].paths.data
    steps = [{"action": action, "slots": slots}]
    reply = accepted(request(folder, {"request": "command", "steps": steps}))
    if reply["reply"]:
        print(shown(str(reply["reply"])))
    if not all(outcome["ok"] for outcome in reply["outcomes"]):
        raise typer.Exit(1)


def _refuse(words: str) -> None:
    print(f"equerry: {words}", file=sys.stderr)
    raise typer.Exit(1)


@app.command()
def replay(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A WAV or FLAC file, left you, right the other side; or a script.")
    ],
    *,
    pack: Annotated[str, typer.Option("--pack", help="Triggers of this pack, e.g. support.")] = "",
    other: Annotated[str, typer.Option("--with", help="Who is on the other side.")] = "",
    minutes: Annotated[float, typer.Option("--planned", min=0, max=600, help="Minutes the call was planned for.")] = 0,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="A JSON line for each event.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Write a record of it, as of a live call.")] = False,
) -> None:
    """Follow the call in FILE as if it went on now, only faster: what is said and meant, whispers, commitments, and
    what remains of it. A script is YAML: docs/calls.md.
    """
    from device.calls.files import Replay, replayed
    from device.calls.shown import fields_of, line_of, page_of
    from device.cli.lines import print_json, shown
    from device.configuration.load import load
    from services.calls.base import CallEnded, SegmentHeard

    words = False
    wanted = Replay(file, pack, other, minutes, keep)
    for event in replayed(load(), wanted, lambda problem: print(f"equerry: {problem}", file=sys.stderr)):
        words = words or isinstance(event, SegmentHeard)
        if jsonl:
            print_json(fields_of(event))
        elif isinstance(event, CallEnded):
            print(*("", *(shown(line) for line in page_of(event.summary))), sep="\n")
        elif line := line_of(event):
            print(shown(line), flush=True)
    if not words:
        print(f"equerry: no words were heard in {file.name}", file=sys.stderr)
        raise typer.Exit(1)


@app.command("list")
def list_(jsonl: Annotated[bool, typer.Option("--jsonl", help="A JSON line each.")] = False) -> None:
    """Show the calls of which there is a record, the latest last."""
    from dataclasses import asdict

    from device.cli.data.tables import print_table
    from device.cli.lines import print_json, shown

    found, now = _kept()
    if jsonl:
        for call in found:
            print_json({key: _plain(value) for key, value in asdict(call).items()})
        return
    if not found:
        print("equerry: no call is kept", file=sys.stderr)
        return
    print_table([{name: shown(words) for name, words in _cells(call, now).items()} for call in found])


@app.command()
def show(id: Id = "last") -> None:
    """Show what was found in one call."""
    export(id, "markdown")


@app.command()
def export(
    id: Id = "last",
    form: Annotated[
        Literal["markdown", "html", "json"], typer.Option("--format", help="markdown, html: a page; json: all of it.")
    ] = "markdown",
) -> None:
    """Print the page of one call."""
    from dataclasses import asdict

    from device.cli.lines import print_json
    from services.actions.calls.page import report_of
    from services.actions.pages.render import html, markdown

    found, now = _kept()
    call = _chosen(found, id)
    if form == "json":
        print_json({key: _plain(value) for key, value in asdict(call).items()})
        return
    made = f"{call.started.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
    report = report_of(call)
    print(markdown(report, made) if form == "markdown" else html(report, made), end="")


def _kept() -> tuple[list[CallRecord], datetime]:
    """Oldest first; and now."""
    from device.calls.known import KeptDocuments
    from device.configuration.load import load_usable
    from device.wiring.basis import clock_of
    from services.store.base import CallRecord
    from services.store.sqlite.read_only import documents_of

    settings, _ = load_usable()
    return KeptDocuments(documents_of(settings.paths.store)).find(CallRecord), clock_of(settings)()


def _cells(call: CallRecord, now: datetime) -> dict[str, str]:
    lasted = (call.ended - call.started).total_seconds() if call.ended else 0.0
    open_ = sum(each.state == "proposed" for each in call.proposals)
    return {
        "id": call.id[:13],
        "when": f"{call.started.astimezone(now.tzinfo):%Y-%m-%d %H:%M}",
        "with": call.who,
        "lasted": f"{lasted / 60:.0f} min" if lasted else "",
        "status": call.status.replace("_", " "),
        "commitments": str(len(call.proposals)),
        "to be decided": str(open_ or ""),
    }


def _chosen(found: list[CallRecord], id_: str) -> CallRecord:
    """Ends the command where there is none of that name, or several."""
    meant = found[-1:] if id_ == "last" else [call for call in found if call.id.startswith(id_)]
    if len(meant) != 1:
        none = "no call is kept" if not found else f"there is no call {id_!r}"
        words = f"{id_!r} may be any of {', '.join(call.id for call in meant[:5])}" if meant else none
        print(f"equerry: {words}", file=sys.stderr)
        raise typer.Exit(1)
    return meant[0]


def _plain(value: object) -> object:
    from datetime import datetime as instant

    if isinstance(value, instant):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value

"""equerry parse: what sentences ask for; equerry when: the times in them. Nothing is executed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

Jsonl = Annotated[bool, typer.Option("--jsonl", help='A line may be {"text", "now"}.')]


def parse(
    now: Annotated[str | None, typer.Option("--now", metavar="ISO", help="The time the sentences are said at.")] = None,
    jsonl: Jsonl = False,
    model: Annotated[bool, typer.Option("--model/--no-model", help="Ask the language model, too.")] = True,
) -> None:
    """Read sentences on stdin, a line each, and print what each asks for, a JSON line each."""
    from device.cli.lines import await_engine, print_json, read_lines
    from device.configuration.load import load
    from device.control.wire import command_fields
    from device.wiring.basis import zone_of
    from device.wiring.commands import build_parser

    settings = load()
    if model:
        await_engine(settings)
    parser = build_parser(settings, model=model)
    for line in read_lines(now, jsonl=jsonl, zone=zone_of(settings)):
        print_json(command_fields(parser.parse(line.text, now=line.now)))


def when(
    now: Annotated[str | None, typer.Option("--now", metavar="ISO", help="The time the phrases are said at.")] = None,
    jsonl: Jsonl = False,
) -> None:
    """Read phrases on stdin, a line each, and print the times in each, a JSON line each."""
    from device.cli.lines import print_json, read_lines
    from device.configuration.house import house_of
    from device.configuration.load import load
    from device.wiring.basis import zone_of
    from services.understanding.when import find

    settings = load()
    house = house_of(settings)
    for line in read_lines(now, jsonl=jsonl, zone=zone_of(settings)):
        print_json({"text": line.text, "found": [_fields(found) for found in find(line.text, line.now, house)]})


def _fields(found: Any) -> dict[str, Any]:
    return {
        "span": list(found.span),
        "kind": found.kind,
        "start": _iso(found.start),
        "end": _iso(found.end),
        "grain": found.grain,
        "seconds": found.seconds,
        "rrule": found.rrule,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None

"""equerry when: time expressions in sentences, and what they mean."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer


def when(
    now: Annotated[str | None, typer.Option("--now", metavar="ISO", help="The time the phrases are said at.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='A line may be {"text", "now"}.')] = False,
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

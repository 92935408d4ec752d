"""equerry status: how the appliance is."""

from __future__ import annotations

import json
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from device.pages.status import StatusLine

_PATIENCE_S = 10.0


def status(json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Show how the running appliance is: microphone, jobs, broker, other devices, machine; what is amiss comes first.

    Ends with 1 where it does not run, does not answer, or is still loading its models.
    """
    from device.cli.lines import print_status
    from device.configuration.load import load_usable
    from device.control.client import NoAnswer, NotAdmitted, NotRunning, accepted, request
    from device.wiring.basis import clock_of, zone_of

    settings, problems = load_usable()
    zone, store = zone_of(settings), settings.paths.store
    try:
        told = accepted(request(settings.paths.data, {"request": "status"}, patience=_PATIENCE_S))
    except (NotRunning, NotAdmitted, NoAnswer) as error:
        kept = _kept(store)
        if json_:
            print(json.dumps({"ok": False, "code": error.code, "text": str(error), "store": kept}))
        else:
            from device.pages.status import StatusLine

            wrong = [StatusLine("settings", problem, "amiss") for problem in problems]
            print_status([StatusLine("equerry", str(error), "amiss"), *wrong, _store_line(kept, zone)])
        raise typer.Exit(1) from None
    if json_:
        print(json.dumps({"ok": True, **told}, ensure_ascii=False))
    else:
        from device.pages.status import lines_of

        print_status(lines_of(told, clock_of(settings)(), zone))
    if told.get("state") == "loading":
        raise typer.Exit(1)


def _kept(path: Path) -> dict[str, Any]:
    """What the store tells without the appliance: {"path", "bytes", "last"}, or why it can't be read."""
    from firmware.errors import ExpectedError
    from services.insight.base import KIND
    from services.store.sqlite.read_only import journal_of

    told: dict[str, Any] = {"path": str(path), "bytes": None, "last": None}
    try:
        with journal_of(path) as journal:
            newest = journal.rows(KIND, newest_first=True, limit=1)
        return {**told, "bytes": path.stat().st_size, "last": newest[0].at.isoformat() if newest else None}
    except ExpectedError as error:
        return {**told, "code": error.code, "text": str(error)}


def _store_line(kept: dict[str, Any], zone: tzinfo) -> StatusLine:
    from datetime import datetime

    from device.pages.status import StatusLine, size

    if "code" in kept:
        return StatusLine("store", kept["text"], "look" if kept["code"] == "backup.no_store" else "amiss")
    last = (
        f"; the last command was at {datetime.fromisoformat(kept['last']).astimezone(zone):%Y-%m-%d %H:%M}"
        if kept["last"]
        else ""
    )
    return StatusLine("store", f"{kept['path']}, {size(kept['bytes'])}{last}")

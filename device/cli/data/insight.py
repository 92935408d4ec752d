"""equerry insight: past turns and commands in figures."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from services.insight.base import Summary


def insight(
    since: Annotated[
        str, typer.Option("--since", metavar="WHEN", help="From when on: 24h, 7d, 4w, a date, or all.")
    ] = "7d",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print the records themselves, one JSON line each.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with charts.", show_default=False)
    ] = None,
) -> None:
    """Show how much was asked, how quickly it was answered and how much of it was done. The appliance may run
    meanwhile.
    """
    from device.configuration.load import load
    from device.wiring.basis import clock_of, zone_of
    from device.wiring.commands import targets_of
    from services.insight.base import KIND
    from services.insight.entries import entries_of, fields_of
    from services.insight.summary import sum_up
    from services.store.sqlite.read_only import journal_of

    settings = load()
    now, zone, targets = clock_of(settings)(), zone_of(settings), targets_of(settings)
    start = _since(since, now)
    with journal_of(settings.paths.store) as journal:
        entries = entries_of(journal.rows(KIND, since=start))
    if jsonl:
        for entry in entries:
            print(json.dumps({"at": entry.at.astimezone(zone).isoformat(), **fields_of(entry)}, ensure_ascii=False))
        return
    title = f"Since {start.astimezone(zone):%Y-%m-%d %H:%M}" if start else "All of the time"
    summary = sum_up(entries, targets, zone)
    if html is not None:
        _write(html.expanduser(), summary, title, now)
        return
    from rich.console import Console as Terminal

    from device.pages.insight import page

    Terminal(highlight=False).print(page(summary, targets, title, zone))


def _write(path: Path, summary: Summary, title: str, now: datetime) -> None:
    from services.actions.pages.render import written
    from services.actions.reports.usage import of

    pages = written(of(summary, title, words=True), f"{title}. Made {now:%Y-%m-%d %H:%M}.", wanted=(".html",))
    if not pages:
        print(f"{title}: nothing was asked; no page is written.", file=sys.stderr)
        raise typer.Exit(1)
    try:
        path.write_bytes(pages[".html"])
    except OSError as error:
        raise typer.BadParameter(f"{path} can't be written: {error.strerror}", param_hint="--html") from None
    print(path)


def _since(words: str, now: datetime) -> datetime | None:
    """None: of all the time. Ends the command where it is nothing of that."""
    if words == "all":
        return None
    if found := re.fullmatch(r"(\d{1,5})([hdw])", words):
        return now - int(found[1]) * timedelta(hours={"h": 1, "d": 24, "w": 168}[found[2]])
    try:
        at = datetime.fromisoformat(words)
    except ValueError:
        raise typer.BadParameter(
            f"{words!r} is no time such as 24h, 7d, 4w, 2026-11-23 or all", param_hint="--since"
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=now.tzinfo)

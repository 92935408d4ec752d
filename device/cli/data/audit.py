"""equerry audit: who was refused, who said yes to what is dangerous, and whether the log is whole."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

app = typer.Typer(help="Who was refused what, and who said yes to what is dangerous.", invoke_without_command=True)


@app.callback()
def audit(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option("--since", metavar="ISO", help="Entries from then on.", show_default=False)
    ] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="A JSON line each.")] = False,
) -> None:
    """Show the log, also while the appliance runs."""
    if context.invoked_subcommand:
        return
    from device.cli.lines import print_json, read_time, shown
    from device.configuration.load import load
    from device.wiring.basis import zone_of
    from services.insight.audit import KIND
    from services.store.sqlite.read_only import journal_of

    settings = load()
    zone = zone_of(settings)
    after = read_time(since, zone, "--since") if since else None
    with journal_of(settings.paths.store) as journal:
        entries = journal.rows(KIND, since=after)
    for entry in entries:
        at, fields = entry.at.astimezone(zone), entry.fields
        if jsonl:
            print_json({"at": at.isoformat(), **fields})
            continue
        facts = [f"{key} {value}" for key, value in fields.get("facts", {}).items()]
        facts += [f"{fields['unkept']} more refusals before it"] if "unkept" in fields else []
        who = f"{fields.get('client', '')} ({fields.get('role', '')})" if fields.get("client") else ""
        parts = (who, fields.get("code", ""), ", ".join(fields.get("steps", ())), "; ".join(facts))
        head = f"{fields.get('n', '?'):>5}  {at:%Y-%m-%d %H:%M:%S}  {fields.get('what', '?'):<9}"
        print(shown("  ".join([head, *filter(None, parts)])))


@app.command()
def verify(
    noted: Annotated[
        str, typer.Option("--noted", metavar="HASH", help="A last hash that was noted earlier.", show_default=False)
    ] = "",
) -> None:
    """Follow the chain of the log; exit status 1, and the first broken entry, where it is not as it was written."""
    from device.configuration.load import load
    from services.insight import audit as log
    from services.store.sqlite.read_only import journal_of

    store = load().paths.store
    with journal_of(store) as journal:
        entries = journal.rows(log.KIND)
        anchor = log.read_anchor(log.anchor_of(store))
    found = log.verify(entries, anchor, noted)
    for note in found.notes:
        print(note)
    if not found.ok:
        at = f" ({entries[found.broken - 1].at.isoformat()})" if found.broken and found.broken <= len(entries) else ""
        print(f"equerry: entry {found.broken}{at} of {found.entries}: {found.words}", file=sys.stderr)
        raise typer.Exit(1)
    print(
        f"{found.entries} {'entry, as it was' if found.entries == 1 else 'entries, as they were'} written. Last hash:"
        f" {found.last}"
    )

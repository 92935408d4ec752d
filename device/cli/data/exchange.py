"""equerry export, equerry import: the store's documents for other programs, and theirs for us."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from services.store.store import Store

Format = Literal["json", "csv", "markdown", "ical"]
_FORMATS = "json has everything and can be imported again; ical has tasks, reminders and meetings."
_KINDS = "Only this kind, e.g. task; may be given again."
_KIND = "What the rows of a CSV file are, e.g. people; else the headings decide."


def export(
    target: Annotated[
        Path, typer.Argument(help="A file; a folder for CSV, with a file for each kind.", show_default=False)
    ],
    format_: Annotated[Format, typer.Option("--format", help=_FORMATS, show_default=False)],
    kind: Annotated[list[str] | None, typer.Option("--kind", help=_KINDS, show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Write the store's documents into files, also while the appliance runs."""
    from device.configuration.load import load
    from device.wiring.basis import calendar_zone, clock_of
    from services.exchange.exporter import export as write

    settings = load()
    with _still(settings.paths.store) as store:
        paths = write(
            store,
            format_,
            target.expanduser(),
            kinds=kind or (),
            zone=calendar_zone(settings),
            now=clock_of(settings)(),
            force=force,
        )
        strange = () if kind else store.strange_kinds()
    for name in strange:
        print(f"Left out: every {name}. Install the package that knows them again to export them.", file=sys.stderr)
    for path in paths:
        print(path)
    if not paths:
        print("There is nothing to export.", file=sys.stderr)


@contextmanager
def _still(store: Path, *, empty: bool = False) -> Iterator[Store]:
    """A copy that stands still while another process goes on writing; thrown away at the end of the block. Raises
    NoStore, StoreDamaged, StoreTooNew, StoreUnreachable, BackupFull, BackupUnreachable. `empty`: where there is no
    store, an empty one.
    """
    from services.store.backups.snapshot import snapshot
    from services.store.store import Store

    with TemporaryDirectory(prefix="equerry-") as folder:
        copy = Path(folder) / "equerry.db"
        if store.exists() or not empty:
            snapshot(store, copy)
        with Store(copy) as opened:
            yield opened


def import_(
    path: Annotated[Path, typer.Argument(help="A file .ics, .csv, or our own .json.", show_default=False)],
    kind: Annotated[str, typer.Option("--kind", help=_KIND, show_default=False)] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing; also while the appliance runs.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask where something would be left out.")] = False,
) -> None:
    """Take a file into the store: all of it or nothing. What is there already is changed, not doubled; undo takes it
    back.

    What would be left out is said first, and on a terminal you are asked.
    """
    from device.configuration.load import load
    from device.wiring.basis import find_time, open_store, zone_of
    from services.exchange.importer import import_ as take_in
    from services.exchange.importer import read
    from services.store.kinds import kinds

    settings = load()
    path = path.expanduser()
    found = read(path, kind=kind, zone=zone_of(settings), find_time=find_time(settings))
    if found.taken_as:
        print(f"By its headings {path.name} has {found.taken_as}. If not, say what: --kind.", file=sys.stderr)
    for note in found.notes:
        print(note, file=sys.stderr)
    if found.notes and not (dry_run or yes) and sys.stdin.isatty() and not typer.confirm("Take the rest?", err=True):
        print("Nothing was changed.")
        raise typer.Exit(1)
    with _still(settings.paths.store, empty=True) if dry_run else open_store(settings) as store:
        taken = take_in(store, found, path, client="console", dry_run=dry_run)
    for what, counts in (("added", taken.added), ("changed", taken.updated)):
        for name, count in sorted(counts.items()):
            about = kinds()[name].about
            print(f"{'would be ' if dry_run else ''}{what}: {count} {about.nouns[0] if count == 1 else about.plural}")
    print(
        f"{taken.same} there already"
        if taken.same or not taken.changes
        else "done"
        if not dry_run
        else "nothing was changed"
    )

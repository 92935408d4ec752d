"""equerry backup, equerry restore: copies of the store, and back."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Copies of the store: make one, list them.", invoke_without_command=True)


@app.callback()
def backup(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option("--to", help="Another folder; files go there, too.", show_default=False)
    ] = None,
    rotated: Annotated[
        bool, typer.Option("--rotated", help="Thin it out in time, like the hourly ones; for timers.")
    ] = False,
) -> None:
    """Back the store up now, also while the appliance runs. Without --to, into the folders of the settings.

    It stays until you remove it."""
    if context.invoked_subcommand:
        return
    from device.configuration.load import load
    from device.wiring.basis import backups_of
    from services.store.backups.contents import bring_contents
    from services.store.backups.folder import BackupFolder

    backups = backups_of(load())
    if to is not None:
        backups = replace(backups, first=BackupFolder(to.expanduser(), None), second=None)
    done = backups.make(asked_for=not rotated)
    made = done.first
    print(f"{made.path}  {_size(made.bytes)}")
    if to is not None:
        _tell_missing(bring_contents(backups.first, made, backups.store.parent / "files"))
    if done.trouble is not None:
        raise done.trouble
    if done.second is not None:
        _tell_missing(done.missing)
        print(f"{done.second}  {_size(made.bytes)}")


@app.command("list")
def list_backups() -> None:
    """Show the backups there are, the newest first."""
    from device.configuration.load import load
    from device.wiring.basis import backup_folders, zone_of

    settings = load()
    first, second = backup_folders(settings)
    for folder in (first, second):
        if folder is None:
            continue
        if folder is second and not folder.path.is_dir():
            print(f"{folder.path} is not there: plug in its disk, or make the folder.", file=sys.stderr)
            continue
        for each in folder.backups():
            why = (
                "  asked for" if each.asked_for else "" if each.before is None else f"  before migration {each.before}"
            )
            print(f"{each.path}  {each.at.astimezone(zone_of(settings)):%Y-%m-%d %H:%M}  {_size(each.bytes)}{why}")


def restore(
    backup: Annotated[
        str,
        typer.Argument(
            help="A file, or a name as `equerry backup list` shows it; else the newest good one.", show_default=False
        ),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a backup in the place of the store, with its files. The store that was there is kept beside it."""
    from device.configuration.load import load
    from device.wiring.basis import backup_folders, build_audit, clock_of, open_store, zone_of
    from services.store.backups.folder import chosen
    from services.store.backups.restore import restore as put_back

    settings = load()
    now, store = clock_of(settings)(), settings.paths.store
    found = chosen(backup, [each for each in backup_folders(settings) if each], now)
    told = f"{found.path} of {found.at.astimezone(zone_of(settings)):%d %B %Y, %H:%M}"
    if not yes and not typer.confirm(f"Put {told} in the place of {store}? What is there now is kept beside it."):
        print("Nothing was changed.")
        raise typer.Exit(1)
    done = put_back(found, store, store.parent / "files", now)
    with open_store(settings) as opened:
        build_audit(opened).record("restored", at=now)
    print(f"Restored {told}.")
    if done.kept:
        print(f"The store that was there before is kept as {done.kept}.")
    if done.brought:
        print(f"Files brought back: {done.brought}.")
    _tell_missing(done.missing)


def _tell_missing(missing: int) -> None:
    if missing:
        files = "one file" if missing == 1 else f"{missing} files"
        print(f"The content of {files} is not to be had; everything else is there.", file=sys.stderr)


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"

"""equerry hear: sound files through the ear, events as they happen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def hear(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="WAV or FLAC files; each is a conversation of its own.")
    ],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")] = False,
    realtime: Annotated[
        bool, typer.Option("--realtime", help="Clocked as if it were spoken now, not as fast as possible.")
    ] = False,
    no_wake: Annotated[
        bool, typer.Option("--no-wake", help="The files begin with the command, without a wake word.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Stop after the command: carry nothing out.")] = False,
) -> None:
    """Hear sound files and print what is heard, understood, done and answered."""
    from device.process.files import hear_files

    raise typer.Exit(hear_files(files, jsonl=jsonl, realtime=realtime, wake=not no_wake, dry_run=dry_run))

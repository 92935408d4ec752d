"""equerry logs: what the appliance tells of itself, from the journal."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from device.errors import ApplianceError

UNIT = "equerry"
_BOOTED = Path("/run/systemd/system")
"""There where systemd runs the machine (sd_booted(3))."""


class NoJournal(ApplianceError):
    """There is no journal here: systemd does not run this machine. `equerry run` writes its log to the terminal; keep
    it with: equerry run 2>&1 | tee equerry.log"""

    code = "logs.no_journal"


def logs(
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on with what comes.")] = False,
    lines: Annotated[
        int | None, typer.Option("-n", "--lines", min=0, help="Only the last so many.", show_default=False)
    ] = None,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help='E.g. "today", "-2h", "2026-11-23 09:00".')
    ] = "",
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="Likewise.")] = "",
) -> None:
    """Show the log of the appliance: journalctl -u equerry, with these options."""
    journalctl = shutil.which("journalctl")
    if not journalctl or not _BOOTED.is_dir():
        raise NoJournal
    words = [journalctl, f"--unit={UNIT}"]
    words += ["--follow"] if follow else []
    words += [f"--lines={lines}"] if lines is not None else []
    words += [f"--{name}={value}" for name, value in (("since", since), ("until", until)) if value]
    os.execv(journalctl, words)  # noqa: S606 - it is the terminal's from here on: its pager, its Ctrl-C, its status

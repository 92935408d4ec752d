"""The command line. Each command lives in a file of its own and imports what is heavy only when it runs."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from typing import Annotated, NoReturn

import typer

from device import __version__
from device.cli import (
    ask,
    audit,
    backup,
    bench,
    config,
    doctor,
    exchange,
    hear,
    insight,
    jobs,
    logs,
    mic,
    models,
    parse,
    run,
    say,
    search,
    sessions,
    setup,
    status,
    support,
    tables,
    talk,
    wake,
    watch,
    when,
)
from device.cli.letters import bear_all_letters
from device.stopped import as_usual
from firmware.errors import ExpectedError

app = typer.Typer(
    name="equerry",
    help="A voice appliance: speak after the wake word, and it is done. Nothing leaves the building.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"equerry {__version__}")
        raise typer.Exit


@app.callback()
def equerry(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")] = False,  # noqa: ARG001 - its callback sees it
) -> None:
    """Options of every command."""
    as_usual()


app.command("run")(run.run)
app.command("status")(status.status)
app.command("watch")(watch.watch)
app.command("talk")(talk.talk)
app.command("doctor")(doctor.doctor)
app.command("support")(support.support)
app.command("setup")(setup.setup)
app.command("hear")(hear.hear)
app.command("ask")(ask.ask)
app.command("parse")(parse.parse)
app.command("when")(when.when)
app.command("say")(say.say)
app.command("search")(search.search)
for table in (tables.tasks, tables.lists, tables.people, tables.projects, tables.meetings, tables.reminders, tables.customers):
    app.command(table.__name__)(table)
app.command("logs")(logs.logs)
app.command("bench")(bench.bench)
app.command("insight")(insight.insight)
app.add_typer(backup.app, name="backup")
app.command("restore")(backup.restore)
app.command("export")(exchange.export)
app.command("import")(exchange.import_)
app.add_typer(config.app, name="config")
app.add_typer(jobs.app, name="jobs")
app.add_typer(sessions.app, name="sessions")
app.add_typer(models.app, name="models")
app.add_typer(mic.app, name="mic")
app.add_typer(wake.app, name="wake")
app.add_typer(audit.app, name="audit")


_REMEDIES = {
    errno.EACCES: "This user may not: put sudo before the command.",
    errno.EPERM: "This user may not: put sudo before the command.",
    errno.ENOSPC: "The disk is full: make room, and try again.",
    errno.EDQUOT: "The disk is full for this user: make room, and try again.",
    errno.EROFS: "Its disk is mounted so that nobody can write it: choose another place.",
    errno.EIO: "The disk or the terminal does not answer: sudo equerry doctor tells more.",
}
"""What the machine refuses anywhere, and what helps: no fault of the program."""


def main() -> None:
    """Run a command; an expected failure is a sentence on stderr and exit status 1, never a traceback."""
    bear_all_letters()
    try:
        try:
            app()
        finally:
            if sys.stdout:  # else a full disk or a closed pipe would be told as a traceback at the interpreter's end
                sys.stdout.flush()
    except ExpectedError as error:
        print(f"equerry: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except BrokenPipeError:
        # Whoever read our output has gone; nothing is left to say, not even at interpreter exit.
        _end(1)
    except OSError as error:
        if error.errno not in _REMEDIES:
            raise
        print(f"equerry: {error.filename or 'the output'} can't be used ({error.strerror}). {_REMEDIES[error.errno]}", file=sys.stderr)
        _end(1)


def _end(code: int) -> NoReturn:
    """Without the interpreter's flush of what can't be written."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
    os._exit(code)

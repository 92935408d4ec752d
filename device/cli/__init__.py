"""The command line. A command imports what is heavy only when it runs."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Annotated, NoReturn

import typer

from device import __version__
from device.process.interrupt import as_usual
from firmware.errors import ExpectedError

COMMANDS: Mapping[str, str] = {
    "run": "use.run:run",
    "status": "care.status:status",
    "watch": "use.watch:watch",
    "talk": "use.watch:talk",
    "doctor": "care.doctor:doctor",
    "support": "care.support:support",
    "setup": "care.setup:setup",
    "hear": "use.sound:hear",
    "ask": "use.ask:ask",
    "parse": "use.sentences:parse",
    "teach": "use.teach:app",
    "when": "use.sentences:when",
    "say": "use.sound:say",
    "search": "use.search:search",
    **{
        name: f"data.tables:{name}"
        for name in ("tasks", "lists", "people", "projects", "meetings", "reminders", "customers")
    },
    "files": "data.files:app",
    "logs": "care.logs:logs",
    "bench": "use.sound:bench",
    "insight": "data.insight:insight",
    "backup": "data.backup:app",
    "restore": "data.backup:restore",
    "export": "data.exchange:export",
    "import": "data.exchange:import_",
    "config": "care.config:app",
    "call": "use.call:app",
    "jobs": "use.jobs:app",
    "sessions": "data.sessions:app",
    "models": "care.models:app",
    "mic": "care.mic:app",
    "wake": "care.wake:app",
    "voices": "care.voices:app",
    "audit": "data.audit:app",
    "caldav": "care.caldav:app",
    "fleet": "fleet.look:app",
}
"""All there are, as they are listed: the file of this folder and the function, or the group of commands, in it."""


def _version(wanted: bool) -> None:
    if wanted:
        print(f"equerry {__version__}")
        raise typer.Exit


def equerry(
    version: Annotated[  # noqa: ARG001 - its callback sees it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Options of every command."""
    as_usual()


def program(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line with these commands."""
    app = typer.Typer(
        name="equerry",
        help="A voice appliance: speak after the wake word, and it is done. Nothing leaves the building.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(equerry)
    for name in names:
        file, _, attribute = COMMANDS[name].partition(":")
        found = getattr(import_module(f"{__name__}.{file}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def __getattr__(name: str) -> typer.Typer:
    """`app`: the whole of it, made when it is asked for."""
    if name != "app":
        raise AttributeError(name)
    return program()


def _asked() -> Iterable[str]:
    """The command that is meant, so that Tab imports no other; all of them where none is named."""
    typed = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS")
    words = typed.split() if typed and "_EQUERRY_COMPLETE" in os.environ else sys.argv
    begun = (
        len(words) == 2 and typed and not typed[-1].isspace()
    )  # of the word before the cursor there may be more to come
    return words[1:2] if words[1:2] and words[1] in COMMANDS and not begun else COMMANDS


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
            program(_asked())()
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
        print(
            f"equerry: {error.filename or 'the output'} can't be used ({error.strerror}). {_REMEDIES[error.errno]}",
            file=sys.stderr,
        )
        _end(1)


def _end(code: int) -> NoReturn:
    """Without the interpreter's flush of what can't be written."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
    os._exit(code)


_NAME = "equerry.nearest"
_NEAREST = {
    "✓": "+", "✗": "x", "–": "-", "—": "-", "−": "-", "→": "->", "▶": ">", "…": "...",
    "·": "-", "“": '"', "”": '"', "‘": "'", "’": "'",
    "×": "x", "°": " deg", "│": "|", "─": "-", "━": "=", "●": "*", "○": "o", "◐": "*", "‼": "!!",
}  # fmt: skip


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_NEAREST.get(letter, "?") for letter in error.object[error.start : error.end]), error.end


def bear_all_letters() -> None:
    """From now on nothing that is printed can't be."""
    codecs.register_error(_NAME, _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
            stream.reconfigure(errors=_NAME)

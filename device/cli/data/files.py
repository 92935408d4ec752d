"""equerry files: what is kept under its hash, by the name it has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from device.cli import completion
from device.errors import ApplianceError

app = typer.Typer(
    help="Reports and other files that are kept: list them, open one, copy them out.", no_args_is_help=True
)

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME…", help="Its name, or some words of it; of several the latest.", autocompletion=completion.files
    ),
]
_TEXTS = (".md", ".csv", ".txt")
"""Suffixes of what can be read in a terminal."""


class FileUnknown(ApplianceError):
    """There is no file {words}. See: equerry files list."""

    code = "files.unknown"


class ContentElsewhere(ApplianceError):
    """What is in {name} is not on this device. Ask the one it was put on."""

    code = "files.elsewhere"


class CopyThere(ApplianceError):
    """{path} is there already. Name another folder, or add --force to replace it."""

    code = "files.there"


@app.command("list")
def list_(jsonl: Annotated[bool, typer.Option("--jsonl", help="A JSON line each.")] = False) -> None:
    """Show the files that are kept, the latest first; also while the appliance runs."""
    from device.cli.data.tables import show

    show(lambda told: told.files(), jsonl=jsonl)


@app.command("open")
def open_(words: Words) -> None:
    """Open a file with the program for its kind; where there is no screen, print a text, or where a copy lies."""
    from services.actions.files.names import stem, suffix

    store, kept = _kept()
    name = _meant(words, kept)[0]
    screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and shutil.which("xdg-open")
    if not screen:
        forms = [each for each in kept if stem(each) == stem(name) and suffix(each) in _TEXTS]
        name = next((each for each in (name, *forms) if suffix(each) in _TEXTS), name)
    source = _content(store, kept, name)
    if not screen and suffix(name) in _TEXTS:
        from device.cli.lines import shown

        for line in source.read_text("utf-8", "replace").splitlines():
            print(shown(line))
        return
    copy = Path(tempfile.mkdtemp(prefix="equerry-")) / _safe(name)
    shutil.copyfile(source, copy)
    print(copy)
    if screen:
        subprocess.run([screen, str(copy)], check=False)


@app.command()
def export(
    words: Words,
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where the copies go.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Copy a file out, under its own name; of a report all its forms."""
    from services.actions.files.names import stem

    store, kept = _kept()
    folder, meant = to.expanduser(), _meant(words, kept)[0]
    copies = {folder / _safe(name): _content(store, kept, name) for name in kept if stem(name) == stem(meant)}
    if not force and (there := next((path for path in copies if path.exists()), None)):
        raise CopyThere(path=there)
    folder.mkdir(parents=True, exist_ok=True)
    for path, source in copies.items():
        shutil.copyfile(source, path)
        print(path)


def _kept() -> tuple[Path, Mapping[str, str]]:
    """The store, and name → SHA-256 of all that is kept, the latest first."""
    from device.configuration.load import load_usable
    from services.store.base import SharedFile
    from services.store.sqlite.read_only import documents_of

    store = load_usable()[0].paths.store
    rows: Sequence[Mapping[str, Any]] = [
        each for each in documents_of(store).get(SharedFile.kind, {}).values() if each.get("versions")
    ]
    rows = sorted(rows, key=lambda each: str(each["versions"][-1]["at"]), reverse=True)
    found: dict[str, str] = {}
    for each in rows:
        found.setdefault(each["name"], each["versions"][-1]["sha256"])
    return store, found


def _meant(words: Sequence[str], kept: Mapping[str, str]) -> list[str]:
    """The names that the words fit, the latest first. Raises FileUnknown."""
    from services.actions.files.names import fitting

    said = " ".join(words)
    fit = fitting(said, list(kept)) or [
        name for name in kept if all(word.casefold() in name.casefold() for word in words)
    ]
    if not fit:
        raise FileUnknown(words=said)
    found = [name for name in kept if name in fit]
    if len(found) > 1:
        print(f"{len(found)} fit; this is the latest. See: equerry files list", file=sys.stderr)
    return found


def _content(store: Path, kept: Mapping[str, str], name: str) -> Path:
    """Raises ContentElsewhere."""
    path = store.parent / "files" / kept[name][:2] / kept[name]
    if not path.is_file():
        raise ContentElsewhere(name=name)
    return path


def _safe(name: str) -> str:
    """A name that stays in its folder."""
    from services.files.base import clean

    return clean(name).lstrip(".") or "file"

"""equerry config: the settings, shown, changed and checked; also while the appliance runs, and while it does not."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from device.cli import completion
from device.cli.lines import print_json

if TYPE_CHECKING:
    from device.configuration.layers import Layers
    from device.configuration.owned.changes import ChangeResult, Owned

app = typer.Typer(help="The settings: show, change, check and explain them, and go back.", no_args_is_help=True)


Name = Annotated[
    str, typer.Argument(metavar="KEY", help="section.key, e.g. wake.threshold.", autocompletion=completion.settings)
]
Names = Annotated[
    str,
    typer.Argument(
        metavar="KEY", help="section.key, or a section for all its keys.", autocompletion=completion.sections
    ),
]
Jsonl = Annotated[bool, typer.Option("--jsonl", help="A JSON line each.")]
System = Annotated[bool, typer.Option("--system", help="In /etc/equerry, for whoever runs the appliance.")]
User = Annotated[bool, typer.Option("--user", help="In your home, for you alone.")]


@app.command()
def show(
    section: Annotated[
        str, typer.Argument(metavar="[SECTION]", help="Only this section, or key.", autocompletion=completion.sections)
    ] = "",
    changed: Annotated[bool, typer.Option("--changed", help="Only what is not as shipped.")] = False,
    jsonl: Jsonl = False,
) -> None:
    """Show what is in force, as TOML, and which file or variable says so; exit status 1 where something can't be
    used.
    """
    from device.configuration.listing import shown
    from device.configuration.schema import in_section

    layers = _layers()
    for each in shown(layers, in_section(section) if section else None):
        if each.changed or not changed:
            if jsonl:
                print_json(each.fields)
            else:
                print(each.line)
    _told_problems(layers)


@app.command()
def get(key: Names) -> None:
    """Print the value of KEY that is in force: a text bare, all else as TOML."""
    from device.configuration.comments import toml_of
    from device.configuration.listing import shown
    from device.configuration.schema import in_section

    layers = _layers()
    for each in shown(layers, in_section(key)):
        bare = each.value if isinstance(each.value, str) else toml_of(each.value)
        print(bare if str(each.key) == key else each.line)
    _told_problems(layers)


@app.command("set", context_settings={"ignore_unknown_options": True})
def set_(
    key: Name,
    value: Annotated[
        str,
        typer.Argument(
            metavar="VALUE", help='A list is written a,b or \'["a", "b"]\'.', autocompletion=completion.values
        ),
    ],
    system: System = False,
    user: User = False,
) -> None:
    """Set KEY in your settings file. Nothing is written that could not be used."""
    from device.configuration.schema import find

    _told(_owned(system, user).set(find(key), value), f"{key} is set", key)


@app.command()
def apply(
    file: Annotated[
        Path, typer.Argument(help="A settings file; - reads it from the standard input.", show_default=False)
    ],
    system: System = False,
    user: User = False,
) -> None:
    """Set all that FILE says in your settings file; all else in it stays. Nothing is written that could not be used."""
    from device.configuration.common import read_common

    values = read_common(file).values
    names = f"{len(values)} {'setting is' if len(values) == 1 else 'settings are'}"
    _told(_owned(system, user).apply(values), f"{names} set")


@app.command()
def secrets(jsonl: Jsonl = False) -> None:
    """Tell which secrets lie in our folders, and whether others may read them; never what they are."""
    from device.configuration.secrets import secrets_there

    words = {"set": "set", "open": "set, but others may read it: chmod 600", "unusable": "empty, or no text"}
    for each in secrets_there():
        if jsonl:
            print_json({"name": each.name, "state": each.state, "path": str(each.path)})
        else:
            print(f"{each.name}: {words[each.state]} ({each.path})")


@app.command()
def unset(key: Name, system: System = False, user: User = False) -> None:
    """Take KEY out of your settings file: it is as shipped again, or as another file says."""
    from device.configuration.schema import find

    _told(_owned(system, user).unset(find(key)), f"{key} is taken out", key)


@app.command()
def edit(system: System = False, user: User = False) -> None:
    """Open your settings file in $VISUAL or $EDITOR. A copy is edited; it goes in place when all of it can be used."""
    from device.cli.care.editor import edit as edited

    owned = _owned(system, user)
    if owned.aside:
        print(
            f"{owned.file.path} was put aside, for the settings it was made with. What you save of it counts again.",
            file=sys.stderr,
        )
    edited(owned, _told)


@app.command()
def check(
    file: Annotated[
        Path | None,
        typer.Argument(help="A file to be checked by itself; else all that is in force.", show_default=False),
    ] = None,
) -> None:
    """Check the settings, and tell all that is wrong with file and line; exit status 1 where anything is."""
    from device.configuration.layers import read
    from device.configuration.load import load_usable
    from device.configuration.owned.changes import check_alone
    from device.configuration.roles import problems as problems_of_roles
    from device.wiring.basis import unmet

    if file is None:
        settings, found = load_usable()
        problems = [*found, *problems_of_roles(), *unmet(settings)]
        _told_aside(read(os.environ))
    else:
        problems = [str(problem) for problem in check_alone(file)]
    for problem in problems:
        print(problem)
    if problems:
        raise typer.Exit(1)
    print("All of it can be used.")


@app.command()
def explain(key: Names) -> None:
    """Explain KEY, or all keys of a section: what it is for, its unit and range, what is shipped, what is in force, and
    how a change is taken."""
    from device.configuration.listing import shown, told
    from device.configuration.schema import in_section

    for number, each in enumerate(shown(_layers(), in_section(key))):
        print("\n".join(["", *told(each)] if number else told(each)))


@app.command()
def diff(
    against: Annotated[
        int | None, typer.Option("--against", metavar="N", min=1, help="With version N of your file, 1 is the last.")
    ] = None,
    system: System = False,
    user: User = False,
) -> None:
    """Show what is not as shipped; --against N what was changed in your file since an earlier version."""
    from device.configuration.comments import toml_of
    from device.configuration.listing import shown

    if against is not None:
        _differences(_owned(system, user), against)
        return
    layers = _layers()
    for each in shown(layers):
        if each.changed:
            print(
                f"{each.key}: {toml_of(each.default)} →"
                f" {toml_of(each.value)}{f'  ({each.source})' if each.source else ''}"
            )
    _told_problems(layers)


@app.command()
def rollback(
    number: Annotated[int, typer.Argument(metavar="[N]", help="How many versions back.", min=1)] = 1,
    list_: Annotated[bool, typer.Option("--list", help="Show the versions there are instead.")] = False,
    system: System = False,
    user: User = False,
) -> None:
    """Put an earlier version of your settings file in place. What is there now becomes version 1."""
    owned = _owned(system, user)
    if not list_:
        _told(owned.roll_back(number), f"Version {number} is in place again")
        return
    if owned.aside:
        print(f" 1  until {owned.aside.astimezone():%Y-%m-%d %H:%M:%S}  {owned.file.path}")
    for version in owned.file.versions():
        print(
            f"{version.number + bool(owned.aside):>2}  until {version.until.astimezone():%Y-%m-%d %H:%M:%S} "
            f" {version.path}"
        )


def _layers() -> Layers:
    from device.configuration.layers import read
    from device.configuration.problems import settings_of

    layers = read(os.environ)
    settings_of(layers)
    _told_aside(layers)
    return layers


def _told_aside(layers: Layers) -> None:
    """The owner's files say nothing for now."""
    if (files := layers.aside.files) and layers.aside.at:
        names, since = ", ".join(map(str, files)), layers.aside.at.astimezone()
        words = (
            f"put aside since {since:%Y-%m-%d %H:%M}, for the settings it was made with; equerry config rollback brings"
            " them back"
        )
        print(f"equerry: {names}: {words}", file=sys.stderr)


def _owned(system: bool, user: bool) -> Owned:
    from device.cli.lines import fail
    from device.configuration.owned.changes import Owned, Whose
    from device.wiring.basis import unmet

    if system and user:
        fail("--system and --user are two files: name one")
    whose: Whose = "system" if system else "user" if user else ""
    return Owned(os.environ, unmet, whose)


def _told(done: ChangeResult, words: str, key: str = "") -> None:
    """What came of a change, how it is taken, and whether somebody else has a say in it."""
    from device.configuration.live.table import words_of
    from device.configuration.schema import find

    taken = f" {words_of(find(key)).capitalize()}." if key and not (done.over or done.left or done.unmet) else ""
    print(f"{words} in {done.path}.{taken}" if done.changed else f"Nothing was changed: {done.path} says so already.")
    if done.over:
        print(f"{done.over} says otherwise, and is believed.", file=sys.stderr)
    for problem in done.left:
        print(f"Still wrong, and refused by a running appliance until it is mended: {problem}", file=sys.stderr)
    for unmet in done.unmet:
        print(f"Not yet: {unmet}", file=sys.stderr)


def _told_problems(layers: Layers) -> None:
    for problem in layers.problems:
        print(f"equerry: {problem}", file=sys.stderr)
    if layers.problems:
        raise typer.Exit(1)


def _differences(owned: Owned, against: int) -> None:
    from difflib import unified_diff

    before, now = owned.file.version(against), owned.file.read()
    for line in unified_diff(before.splitlines(), now.splitlines(), f"version {against}", "now", lineterm=""):
        print(line)

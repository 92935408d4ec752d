"""equerry fleet list, status, diff, run: what looks at devices, and asks the same of each."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from device.cli.fleet import roll
from device.cli.fleet.options import FleetFile, Json, Names, On, bad_input, desk
from device.cli.lines import print_json

if TYPE_CHECKING:
    from device.fleet.errors import DeviceError
    from device.fleet.health import DeviceHealth

app = typer.Typer(
    help="Many devices from this machine, over SSH: how they are, their settings, updates.", no_args_is_help=True
)
Healths = list[tuple[str, "DeviceHealth | None", "DeviceError | None"]]


@app.command("list")
def list_(names: Names = None, file: FleetFile = None, json_: Json = False) -> None:
    """Show which devices the fleet file names, without connecting to any."""
    from dataclasses import asdict

    from device.cli.data.tables import print_table
    from device.fleet.pages import listed

    with desk(file, names) as told:
        if json_:
            print_json({"devices": [asdict(each) for each in told.devices]})
        else:
            print_table(listed(told.devices))


@app.command()
def status(
    names: Names = None,
    file: FleetFile = None,
    mqtt: Annotated[
        bool, typer.Option("--mqtt", help="By what they tell the broker of [mqtt] here; connects to none of them.")
    ] = False,
    json_: Json = False,
) -> None:
    """Show which version each device runs, and what is amiss; exit status 1 where one is not well, or not reached."""
    from device.cli.data.tables import print_table
    from device.fleet import pages

    found = _announced(file, names) if mqtt else _asked(file, names)
    healths = [health for _, health, _ in found]
    well = all(each and each.well for each in healths)
    if json_:
        print_json({"well": well, "devices": [pages.health_fields(*each) for each in found]})
    else:
        print_table([pages.health_cells(*each) for each in found])
        print(pages.summary(healths), file=sys.stderr)
    if not well:
        raise typer.Exit(1)


@app.command()
def diff(
    common: Annotated[Path, typer.Argument(help="The settings that all shall have in common.", show_default=False)],
    names: Names = None,
    file: FleetFile = None,
    json_: Json = False,
) -> None:
    """Show in which settings devices differ from COMMON, and which secrets of the fleet file they lack; no secret is
    shown. Exit status 1 where one differs, or is not reached.
    """
    from device.cli.data.tables import print_table
    from device.fleet import pages
    from device.fleet.differences import common_of, compared

    with bad_input():
        wanted = common_of(common)
    with desk(file, names) as told:
        came = told.each(lambda ssh, device: compared(ssh, device, wanted, told.fleet.secrets))
    same = [each for each in came if each.value and each.value.same]
    if json_:
        print_json({"same": len(same) == len(came), "devices": [pages.difference_fields(each) for each in came]})
    else:
        if rows := [row for each in came for row in pages.difference_cells(each)]:
            print_table(rows)
        print(f"{len(same)} of {len(came)} are as {common} says.", file=sys.stderr)
    if len(same) < len(came):
        raise typer.Exit(1)


@app.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
def run(
    words: Annotated[list[str], typer.Argument(metavar="COMMAND...", help="What comes after equerry, such as doctor.")],
    on: On = None,
    file: FleetFile = None,
    json_: Json = False,
    limit_s: Annotated[
        float, typer.Option("--limit-s", min=1, max=86_400, help="Seconds after which a device is given up.")
    ] = 300,
) -> None:
    """Run the same command of Equerry on each device; exit status 1 where it did not end with 0 on one."""
    from device.fleet.pages import error_fields
    from device.fleet.ssh import plain_lines

    with desk(file, on) as told:
        came = told.each(lambda ssh, device: ssh.equerry(device, words, limit_s=limit_s))
    well = all(each.value and each.value.status == 0 for each in came)
    if json_:
        told_each = [
            {"device": each.device.name, **(each.value._asdict() if each.value else error_fields(each.error))}
            for each in came
        ]
        print_json({"well": well, "command": shlex.join(words), "devices": told_each})
    else:
        for each in came:
            lines = plain_lines(f"{each.value.out}\n{each.value.err}") if each.value else [str(each.error)]
            for line in filter(None, lines):
                print(f"{each.device.name}: {line}")
    if not well:
        raise typer.Exit(1)


app.command()(roll.apply)
app.command()(roll.update)


def _asked(file: Path | None, names: list[str] | None) -> Healths:
    from device.fleet.health import asked

    with desk(file, names) as told:
        return [(each.device.name, each.value, each.error) for each in told.each(asked)]


def _announced(file: Path | None, names: list[str] | None) -> Healths:
    """Those of the fleet file in its order; without one, or without names, whoever else told the broker of itself."""
    from device.configuration.load import load
    from device.fleet.broker import announced
    from device.fleet.errors import FleetMissing, NotAnnounced
    from device.fleet.listed import Fleet, read_fleet
    from device.wiring.outside.link import build_fleet_link

    with bad_input():
        try:
            fleet = read_fleet(file)
        except FleetMissing:
            if file is not None or names:
                raise
            fleet = Fleet(())
        wanted = [each.name for each in fleet.chosen(names or [])]
    settings = load()
    link = build_fleet_link(settings)
    try:
        known: Mapping[str, DeviceHealth] = {
            name: each.health for name, each in announced(link, settings.mqtt.prefix).items()
        }
    finally:
        link.close()
    others = [] if names else [name for name in known if name not in wanted]
    return [(name, known.get(name), None if name in known else NotAnnounced()) for name in (*wanted, *others)]

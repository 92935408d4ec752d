"""What the commands of `equerry fleet` have in common: which devices, by which fleet file, how bad input ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from device.cli import completion

if TYPE_CHECKING:
    from device.fleet.each import Came
    from device.fleet.listed import Fleet, FleetDevice
    from device.fleet.ssh import Ssh

T = TypeVar("T")

Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAME]...",
        help="Devices or groups; without any, all.",
        autocompletion=completion.fleet,
        show_default=False,
    ),
]
On = Annotated[
    list[str] | None,
    typer.Option("--on", metavar="NAME", help="A device or group; may be told again. Without any, all."),
]
FleetFile = Annotated[
    Path | None,
    typer.Option(
        "--fleet", metavar="FILE", help="The fleet file, in place of ~/.config/equerry/fleet.toml.", show_default=False
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@dataclass(frozen=True, slots=True)
class Desk:
    """The devices that are meant, and the way to them."""

    fleet: Fleet
    devices: tuple[FleetDevice, ...]
    ssh: Ssh

    def each(self, work: Callable[[Ssh, FleetDevice], T]) -> list[Came[T]]:
        """The same on each, some at once; in the order in which they are listed."""
        from device.fleet.each import in_order, on_each

        came = on_each(self.devices, lambda device: work(self.ssh, device), self.fleet.at_once, self.ssh.break_off)
        return in_order(came, self.devices)


@contextmanager
def desk(file: Path | None, names: list[str] | None) -> Iterator[Desk]:
    """Reads the fleet file; connections last until the end of the block. Bad input ends the command with status 2."""
    from device.fleet.listed import read_fleet
    from device.fleet.ssh import Ssh
    from device.process.interrupt import unwinding

    with bad_input():
        fleet = read_fleet(file)
        devices = fleet.chosen(names or [])
    unwinding()  # SIGTERM ends it as Ctrl-C does: connections are closed, and what was done is told
    with Ssh(fleet.ssh_config) as ssh:
        yield Desk(fleet, devices, ssh)


@contextmanager
def bad_input() -> Iterator[None]:
    """What can't be used of what was given ends the command with status 2: 1 says that a device is not as it should
    be."""
    from device.cli.lines import fail
    from device.configuration.errors import CommonBroken
    from device.fleet.errors import FleetError

    try:
        yield
    except (FleetError, CommonBroken) as error:
        fail(str(error))

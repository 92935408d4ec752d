"""equerry fleet apply, update: what changes devices, wave after wave, and stops at the first that is not ready."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from device.cli.fleet.options import Desk, FleetFile, Json, Names, bad_input, desk
from device.cli.lines import print_json

if TYPE_CHECKING:
    from device.fleet.each import Came
    from device.fleet.errors import DeviceError
    from device.fleet.listed import FleetDevice
    from device.fleet.rollout import RolledOut, Work

T = TypeVar("T")
Waves = Annotated[
    str, typer.Option("--waves", metavar="SIZES", help="How many devices first, and then; what is left comes last.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")]
WithoutAway = Annotated[
    bool, typer.Option("--without-away", help="Leave out devices that can't be reached, in place of stopping.")
]
ReadyS = Annotated[
    float, typer.Option("--ready-s", min=1, max=3600, help="Seconds within which a device must be ready again.")
]
_STOPPED = 130
"""Exit status of a command that was stopped."""
USUAL_WAVES = "1,10%"


def apply(
    common: Annotated[Path, typer.Argument(help="The settings that all shall have in common.", show_default=False)],
    names: Names = None,
    *,
    file: FleetFile = None,
    waves: Waves = USUAL_WAVES,
    dry_run: DryRun = False,
    without_away: WithoutAway = False,
    ready_s: ReadyS = 120,
    json_: Json = False,
) -> None:
    """Set what COMMON says on devices that differ from it, checked there before it is written; all else stays."""
    from device.fleet.differences import common_of, compared
    from device.fleet.health import asked
    from device.fleet.work import SettingsWork

    with bad_input():
        wanted = common_of(common)
    with desk(file, names) as told:
        way = _Way(told, waves, without_away, dry_run, json_)
        there = way.reached(told.each(lambda ssh, device: compared(ssh, device, wanted, told.fleet.secrets)))
        todo = {name: ", ".join(e.key for e in each.differences) for name, each in there.items() if each.differences}
        lacking = [f"{name} lacks {', '.join(each.lacking)}" for name, each in there.items() if each.lacking]
        before = way.reached(told.each(asked)) if todo and not dry_run else {}
        way.go(todo, [*there], SettingsWork(told.ssh, wanted, before, ready_s=ready_s))
    for each in lacking:
        print(f"{each}: secrets are put there by hand (docs/fleet.md).", file=sys.stderr)
    if lacking:
        raise typer.Exit(1)


def update(
    release: Annotated[
        str,
        typer.Argument(
            metavar="VERSION|FILE",
            help="An archive, which is copied to each; or a version that [update] archive names there.",
            show_default=False,
        ),
    ],
    names: Names = None,
    *,
    file: FleetFile = None,
    waves: Waves = USUAL_WAVES,
    dry_run: DryRun = False,
    without_away: WithoutAway = False,
    patience_min: Annotated[
        float, typer.Option("--patience-min", min=0.1, max=600, help="Minutes that an update may take on a device.")
    ] = 90,
    ready_s: ReadyS = 600,
    json_: Json = False,
) -> None:
    """Update devices, and wait until each is ready with the new version. Those that run it already are left alone, so
    that the same command goes on where another stopped. Exit status 1 where one is not updated.
    """
    from device.fleet.health import asked
    from device.fleet.release import release_of
    from device.fleet.work import UpdateWork

    with bad_input():
        wanted = release_of(release)
    with desk(file, names) as told:
        way = _Way(told, waves, without_away, dry_run, json_)
        before = way.reached(told.each(asked))
        todo = {
            name: f"{each.version or each.state} → {wanted.version}"
            for name, each in before.items()
            if not (each.ready and each.version == wanted.version)
        }
        way.go(todo, [*before], UpdateWork(told.ssh, wanted, before, patience_s=patience_min * 60, ready_s=ready_s))


class _Telling:
    """How far it is, on the standard error: the result alone is for programs."""

    def wave(self, number: int, of: int, devices: Sequence[FleetDevice]) -> None:
        from device.fleet.pages import names

        print(f"Wave {number} of {of}: {names([each.name for each in devices])}", file=sys.stderr, flush=True)

    def done(self, device: FleetDevice, words: str) -> None:
        print(f"  ✓ {device.name}: {words}", file=sys.stderr, flush=True)

    def failed(self, device: FleetDevice, error: DeviceError) -> None:
        print(f"  ✗ {device.name}: {error}", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class _Way:
    """From what was asked of the devices to what was done to them."""

    desk: Desk
    waves: str
    without_away: bool
    dry_run: bool
    json_: bool

    def reached(self, came: Sequence[Came[T]]) -> Mapping[str, T]:
        """What they answered, by name. Where one did not, nothing is done, unless those are left out."""
        away = [each for each in came if each.error]
        for each in away:
            print(f"✗ {each.device.name}: {each.error}", file=sys.stderr)
        if away and not self.without_away:
            words = "Nothing was done. Mend that, name the others alone, or leave it out: --without-away"
            print(words, file=sys.stderr)
            raise typer.Exit(1)
        return {each.device.name: each.value for each in came if each.value is not None}

    def go(self, todo: Mapping[str, str], reached: Sequence[str], work: Work) -> None:
        """Through the waves; ends the command with status 1 where it stopped, 130 where it was stopped. `todo`: what
        is to be done to a device, in words.
        """
        from device.fleet.rollout import Rollout
        from device.fleet.waves import waves

        with bad_input():
            cut = waves(self.waves, [each for each in self.desk.devices if each.name in todo])
        skipped = [name for name in reached if name not in todo]
        if self.dry_run:
            self._print_plan(cut, todo, skipped)
            return
        rollout, stopped = Rollout(cut, work, at_once=self.desk.fleet.at_once), False
        try:
            rollout.run(_Telling(), self.desk.ssh.break_off)
        except KeyboardInterrupt:
            stopped = True
        self._print_result(rollout.result, skipped)
        if stopped or not rollout.result.well:
            raise typer.Exit(_STOPPED if stopped else 1)

    def _print_plan(
        self, cut: Sequence[Sequence[FleetDevice]], todo: Mapping[str, str], skipped: Sequence[str]
    ) -> None:
        if self.json_:
            waves = [{each.name: todo[each.name] for each in wave} for wave in cut]
            print_json({"waves": waves, "skipped": list(skipped)})
            return
        for number, wave in enumerate(cut, 1):
            print(f"Wave {number} of {len(cut)}")
            for each in wave:
                print(f"  {each.name}: {todo[each.name]}")
        print(f"{len(skipped)} {'is' if len(skipped) == 1 else 'are'} as they should be. Nothing was done.")

    def _print_result(self, result: RolledOut, skipped: Sequence[str]) -> None:
        from device.fleet.pages import rolled_out, rolled_out_fields

        if self.json_:
            print_json(rolled_out_fields(result, skipped))
            return
        for line in rolled_out(result, skipped, shlex.join(["equerry", *sys.argv[1:]])):
            print(line)

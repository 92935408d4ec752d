"""equerry setup: the guide through the first start, in the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from device.cli.lines import fail

if TYPE_CHECKING:
    from device.configuration.settings import Settings
    from device.guide.base import Did, State, TeachVoice, TeachWord, Unheard
    from device.guide.progress import ProgressFile

_PATIENCE_S = 10.0
_TRIES = 3
"""Time zones that are not known; after these the guide goes on without."""
NOBODY = (
    "nobody is here to answer: run it in a terminal, or tell it all with --owner, --project or --no-samples, or --yes"
)


def setup(
    *,
    owner: Annotated[str, typer.Option("--owner", metavar="NAME", help="Your name.")] = "",
    project: Annotated[
        str, typer.Option("--project", metavar="NAME", help="Make a project of this name with three sample tasks.")
    ] = "",
    time_zone: Annotated[
        str, typer.Option("--time-zone", metavar="ZONE", help="Where you are: Berlin, or Europe/Berlin.")
    ] = "",
    no_samples: Annotated[bool, typer.Option("--no-samples", help="No first project.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: make the project, leave out what needs a voice.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="From the beginning, though it was done or begun.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Only tell how far it is.")] = False,
) -> None:
    """Go through the setup: your name, wake word (also one of your own), microphone, your voice, a first project,
    privacy. What was left earlier goes on.

    The same as the appliance asks by voice at its first start; here it begins with your time zone. Enter leaves a
    question out, Ctrl-C goes on another time.
    """
    from device.atomic import as_owner_of
    from device.configuration.load import load
    from device.configuration.zone import zones_called
    from device.guide.base import State
    from device.guide.progress import ProgressFile

    if project and no_samples:
        fail("either --project or --no-samples")
    _check(owner=owner, project=project)
    settings = load()
    if time_zone:
        if len(fit := zones_called(time_zone)) != 1:
            fail(f"--time-zone: {_several(time_zone, fit)}")
        settings = _in_zone(fit[0])
    kept = ProgressFile(settings.paths.data, partial(as_owner_of, settings.paths.data))
    known, _ = kept.load()
    if status:
        print(_standing(known))
        return
    answers = _answers(owner, project, no_samples=no_samples, yes=yes)
    asks = sys.stdin.isatty() and not yes
    if not (asks or answers or time_zone):
        fail(NOBODY)
    if known and known.done and not (again or answers):
        print("The setup is done. To go through it again: equerry setup --again")
        return
    if not (asks or answers):
        return
    kept.demand()
    if asks and not settings.device.time_zone and (known is None or known.done or again):
        settings = _asked_for_zone(settings)
    state = State(starts=known.starts if known else 0) if known is None or known.done or again else known
    if not _gone_through(settings, kept, state, answers, asks=asks):
        raise typer.Exit(1)


def _several(words: str, fit: list[str]) -> str:
    if fit:
        return f"there are several: {', '.join(fit)}"
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    cities = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(available_timezones())}
    near = [cities[each] for each in get_close_matches("_".join(words.split()).casefold(), cities, 3)]
    more = f"; did you mean {' or '.join(near)}?" if near else "; name a large city near you, or a zone: Europe/Berlin"
    return f"I know no time zone {words}{more}"


def _asked_for_zone(settings: Settings) -> Settings:
    """The settings with the zone that is typed; Enter leaves that of the machine."""
    from device.configuration.zone import zones_called
    from device.guide.wording import LATER_TYPED
    from device.wiring.basis import clock_of
    from firmware.errors import ExpectedError

    screen, now = Screen(), clock_of(settings)()
    screen.tell(f"This machine's clock says {now:%H:%M}, in the time zone {now.tzname()}.")
    for _ in range(_TRIES):
        try:
            said = screen.ask("Which city are you in, or near? Enter: that is right.").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            screen.tell(LATER_TYPED)
            raise typer.Exit(1) from None
        if not said:
            return settings
        if len(fit := zones_called(said)) == 1:
            try:
                settings = _in_zone(fit[0])
            except ExpectedError as error:
                screen.tell(str(error))
                return settings
            screen.tell(f"Then it is {clock_of(settings)():%H:%M}, in {fit[0]}.")
            return settings
        words = _several(said, fit)
        screen.tell(f"{words[:1].upper()}{words[1:]}.".replace("?.", "?"))
    screen.tell("I leave it. Later: equerry config set device.time_zone Europe/Berlin")
    return settings


def _in_zone(zone: str) -> Settings:
    """Write it into the owner's settings, where an appliance that runs sees it."""
    from device.configuration.load import load
    from device.configuration.owned.changes import Owned
    from device.configuration.schema import find
    from device.wiring.basis import unmet

    done = Owned(os.environ, unmet).set(find("device.time_zone"), zone)
    if done.over:
        print(f"{done.path} says so now, but {done.over} says otherwise, and is believed.", file=sys.stderr)
    return load()


def _answers(owner: str, project: str, *, no_samples: bool, yes: bool) -> Mapping[str, str]:
    """By question."""
    from device.guide.wording import FIRST_PROJECT

    answers = {"name": owner} if owner else {}
    if project or (yes and not no_samples):
        answers |= {"project": "yes", "project name": project or FIRST_PROJECT}
    elif no_samples:
        answers |= {"project": "no"}
    return answers | ({"name same": "yes"} if yes else {})


def _check(**told: str) -> None:
    """What was told as an option is no word that the guide would take for a wish, nor no name."""
    from device.guide.answers import name_in, way_of

    for what, name in told.items():
        if name and (not name_in(name) or way_of(name)):
            fail(f"--{what}: {name!r} is no name that I can use: letters, at most 60")


def _gone_through(
    settings: Settings, kept: ProgressFile, state: State, answers: Mapping[str, str], *, asks: bool
) -> bool:
    """Whether it came to its end, and all was done that was to be done without somebody who could say otherwise."""
    from device.atomic import as_owner_of
    from device.cli.use.ask import asked
    from device.guide.by_terminal import TypedGuide
    from device.wiring.guide import RestingSetup, RunningSetup

    def ask_for(steps: list[dict[str, Any]], id_: str = "") -> Mapping[str, Any]:
        with as_owner_of(settings.paths.data):
            return asked(settings, [], "set me up", "console", steps, id_=id_)

    running = _runs(settings)
    if running:
        ask_for([{"action": "control.setup", "slots": {"way": "pause"}}])
    body = (
        RunningSetup(settings, ask_for, os.environ) if running else RestingSetup(settings, ask_for, os.environ, _lesson)
    )
    guide = TypedGuide(kept, body, Screen(), answers, asks=asks)
    after = guide.run(state)
    return after.done if asks else not guide.failed


def _lesson(wanted: TeachWord | TeachVoice) -> Did | Unheard:
    """As `equerry wake learn` and `voices add`. What another phrase may do better is Did, what ends it for now Unheard.
    Raises KeyboardInterrupt where somebody wants no more of it.
    """
    from device.cli.care import voices, wake_learn
    from device.guide.base import Did, TeachWord, Unheard
    from device.wiring.word import WordTaken
    from firmware.errors import ExpectedError
    from services.wake.teaching.appraisal import PhraseRefused

    try:
        if isinstance(wanted, TeachWord):
            wake_learn.learn(wanted.phrase, tries=8)
        else:
            voices.add(wanted.name, sentences=5)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except (PhraseRefused, WordTaken) as refused:
        return Did(False, str(refused))
    except typer.Exit:  # it told why
        return Did(False)
    except (ExpectedError, OSError) as error:
        return Unheard(str(error))
    return Did(True)


def _runs(settings: Settings) -> bool:
    from device.control.client import NoAnswer, NotRunning, request

    try:
        return bool(request(settings.paths.data, {"request": "status"}, patience=_PATIENCE_S)["ok"])
    except (NotRunning, NoAnswer):
        return False


def _standing(state: State | None) -> str:
    from device.guide.progress import standing, told

    return told(standing(state)) or "The setup has not begun. Begin it: equerry setup"


class Screen:
    """Plain lines, in colour where the terminal has any (device.guide.by_terminal.Terminal)."""

    def __init__(self) -> None:
        from rich.console import Console as Terminal

        self._terminal = Terminal(highlight=False, soft_wrap=not sys.stdout.isatty())

    def step(self, number: int, of: int, title: str) -> None:
        """A head line."""
        from rich.text import Text

        self._terminal.print(Text(f"\n{number} of {of}  {title[:1].upper()}{title[1:]}", style="bold"))

    def tell(self, text: str) -> None:
        """A line, without what a terminal would obey."""
        from rich.text import Text

        from device.control.wire import plain

        self._terminal.print(Text(f"  {plain(text)}"))

    def ask(self, text: str) -> str:
        """A line of answer."""
        from device.control.wire import plain

        print(f"  {plain(text)} ", end="", flush=True)
        return _line()


def _line() -> str:
    """Of stdin, also where it is no text in UTF-8. Raises EOFError, KeyboardInterrupt."""
    try:
        return input()
    except UnicodeDecodeError:
        return ""

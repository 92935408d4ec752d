"""What calls are followed with: meanings and triggers from their files, times, facts."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from device.commands.directory import MOST_HINTS
from device.configuration.house import house_of
from device.configuration.places import ROOT, owner_files
from device.configuration.settings import Settings
from device.control.wire import plain
from device.errors import ApplianceError
from device.wiring.calls.reader import build_turn_reader
from device.wiring.commands import build_parser
from services.actions.accounts.money import Money, said
from services.calls.base import Side
from services.calls.call import CallSetup
from services.calls.facts import Documents, Mentioned, StoreFacts
from services.calls.last_good import LastGood
from services.calls.meanings.files import read_meanings
from services.calls.meanings.rules import MeaningRules
from services.calls.trigger_files import read_triggers
from services.calls.triggers import Trigger
from services.speech.base import Hints
from services.store.base import Customer, Person
from services.understanding.names.base import Entity
from services.understanding.names.names import Names

SHIPPED = ROOT / "config" / "calls"


class PackUnknown(ApplianceError):
    """There is no pack of triggers {name}. There are {known}; one of your own is a file calls/triggers/{name}.toml
    beside your settings.
    """

    code = "call.pack"


@dataclass(frozen=True, slots=True)
class CallRules:
    """The rules of calls, from files that may change while a call goes on."""

    meanings: LastGood[MeaningRules]
    triggers: LastGood[tuple[Trigger, ...]]
    competitors: tuple[str, ...] = ()

    def refresh(self) -> Sequence[str]:
        """Read anew what has changed; what is wrong with it, told once."""
        return [problem for problem in (self.meanings.refresh(), self.triggers.refresh()) if problem]


def call_folders(environ: Mapping[str, str]) -> list[Path]:
    """Ours first, then those beside the owner's settings."""
    return [SHIPPED, *(path.parent / "calls" for path in owner_files(environ))]


def build_call_rules(settings: Settings, pack: str = "", competitors: Sequence[str] = ()) -> CallRules:
    """`pack`: another one than the settings name. Raises PackUnknown, CallRulesBroken."""
    folders = call_folders(os.environ)
    name = pack or settings.calls.pack
    rivals = (*settings.calls.competitors, *competitors)

    def packs() -> list[Path]:
        return [path for folder in folders if (path := folder / "triggers" / f"{name}.toml").is_file()]

    if not packs():
        known = sorted({path.stem for folder in folders for path in (folder / "triggers").glob("*.toml")})
        raise PackUnknown(name=plain(name), known=", ".join(known))
    meanings = LastGood(partial(_meaning_files, folders), lambda files: read_meanings(files, {"competitors": rivals}))
    triggers = LastGood(packs, lambda files: read_triggers(files, meanings().names))
    return CallRules(meanings, triggers, rivals)


def call_hints(settings: Settings, known: Documents, competitors: Sequence[str] = ()) -> Hints:
    """Names that may be said on a call, for the recogniser: of people, customers and competitors."""
    names = _names_of([*_called(known), *settings.calls.competitors, *competitors])
    usual = usual_words(settings)
    return lambda heard: names.near(heard, known=usual, limit=MOST_HINTS)


def call_facts(known: Documents, usual: Collection[str]) -> StoreFacts:
    """What the store knows of whom a call mentions; its names are found by their sound, too. `usual`: usual_words."""
    return StoreFacts(known, say_money, heard_names(_called(known), usual))


def heard_names(called: Sequence[str], usual: Collection[str]) -> Mentioned:
    """Finds names by their sound, where they were written otherwise. `usual`: usual_words, which need be no names."""
    return partial(_names_of(called).mentioned, known=usual)


def _called(known: Documents) -> list[str]:
    """Names of the customers and people of the store."""
    return [*(each.name for each in known.find(Customer)), *(each.name for each in known.find(Person))]


def _names_of(called: Sequence[str]) -> Names:
    return Names(Entity("customer", "", name) for name in dict.fromkeys(called))


def usual_words(settings: Settings) -> Collection[str]:
    """Words that are said to the appliance anyway."""
    return build_parser(settings, model=False).words()


def _meaning_files(folders: Sequence[Path]) -> list[Path]:
    return [path for folder in folders for path in sorted((folder / "meanings" / "en").glob("*.yaml"))]


def say_money(minor: int, currency: str) -> str:
    """As in all replies."""
    return said(Money(minor, currency))


def build_call_setup(
    settings: Settings,
    rules: CallRules,
    known: Documents,
    *,
    began: datetime,
    names: Mapping[Side, str],
    planned_minutes: float = 0.0,
) -> CallSetup:
    """`known`: the store, whose facts may be whispered."""
    from services.understanding.when import find

    usual = usual_words(settings)
    return CallSetup(
        meanings=rules.meanings,
        triggers=rules.triggers,
        find_times=partial(find, house=house_of(settings)),
        facts=call_facts(known, usual),
        began=began,
        names=names,
        planned_s=60 * planned_minutes,
        most_per_minute=settings.calls.most_per_minute,
        learnt=build_turn_reader(settings),
        competitors=heard_names(rules.competitors, usual),
    )

"""Families of actions from installed packages: found by entry point, checked, left out where broken."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from device.configuration.places import ROOT
from services.actions.call import Action, Prepare
from services.actions.registry import ACTIONS, PREPARATIONS, mismatches, unaskable
from services.store.kinds import GROUP
from services.understanding.sentences.files import load
from services.understanding.vocabulary import VOCABULARY, extend
from services.understanding.vocabulary import Action as Row

SENTENCES = ROOT / "config" / "sentences"
_NAME = re.compile(r"[a-z]+\.[a-z]+")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Families:
    """What the appliance can do, with all that packages add."""

    actions: Mapping[str, Action]
    preparations: Mapping[str, Prepare]
    sentences: tuple[Path, ...] = ()
    """Folders with a folder for each language, beside our own."""


class _Unfit(Exception):
    """Why a family is left out."""


@cache
def installed_families() -> Families:
    """Those of this environment; looked for once, for they widen the vocabulary of the process."""
    return added(entry_points(group=GROUP))


def added(points: Iterable[EntryPoint]) -> Families:
    """Our families and those of the entry points, by name. One that can't be used is named in the log."""
    families = Families(ACTIONS, PREPARATIONS)
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        try:
            families = _with(families, point.load())
        except Exception as error:  # noqa: BLE001 - whatever somebody else's package raises, the appliance goes on without it
            package = point.dist.name if point.dist else point.value
            log.error(
                "The actions %s of the package %s are left out: %s", point.name, package, error or type(error).__name__
            )
    return families


def _with(families: Families, package: Any) -> Families:
    """With the family of one module or object. Raises _Unfit, SentencesBroken, or whatever the package raises."""
    rows: Sequence[Row] = tuple(package.VOCABULARY)
    actions: Mapping[str, Action] = dict(package.ACTIONS)
    preparations: Mapping[str, Prepare] = dict(getattr(package, "PREPARATIONS", {}))
    sentences = Path(package.SENTENCES)
    _check(rows, actions, preparations)
    if not any(sentences.glob("*/*.yaml")):
        raise _Unfit(f"there is no sentence file for any language in {sentences}")
    together = (*families.sentences, sentences)
    withdraw = extend(rows)
    try:
        said: set[str] = set()
        for language in sorted({path.parent.name for path in SENTENCES.glob("*/*.yaml")}):
            said |= load(SENTENCES / language, *(folder / language for folder in together)).intents.intents.keys()
        if silent := sorted(actions.keys() - said):
            raise _Unfit(f"nothing that is said means {silent[0]}")
        if fault := next(unaskable(str(getattr(package, "__name__", "")).partition(".")[0]), ""):
            raise _Unfit(fault)
    except BaseException:
        withdraw()
        raise
    return Families({**families.actions, **actions}, {**families.preparations, **preparations}, together)


def _check(rows: Sequence[Row], actions: Mapping[str, Action], preparations: Mapping[str, Prepare]) -> None:
    names = {row.name for row in rows}
    known = {row.family for row in VOCABULARY.values()}
    if not rows:
        raise _Unfit("its VOCABULARY is empty")
    if odd := sorted(name for name in names if not _NAME.fullmatch(name)):
        raise _Unfit(f"{odd[0]} is no family.verb in small letters")
    if taken := sorted(row.family for row in rows if row.family in known):
        raise _Unfit(f"there is a family {taken[0]} already")
    if fault := next(mismatches(rows, actions), ""):
        raise _Unfit(fault)
    if idle := sorted(preparations.keys() - names):
        raise _Unfit(f"{idle[0]} is prepared, but is no action of it")

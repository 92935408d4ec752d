"""The public holidays of one country, from the package holidays: read when first wanted, and of that country only."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from services.understanding.when.words.tokens import tokenize
from services.understanding.words import word_set

_log = logging.getLogger(__name__)

_YEARS_AROUND = 2
"""Names are gathered from this many years to each side of a year."""
_KINDS_UNWANTED = word_set("school workday half_day de_facto bank")
_FOLK = {
    "martin luther king day": "martin luther king jr day",
    "mlk day": "martin luther king jr day",
    "presidents day": "washingtons birthday",
    "juneteenth": "juneteenth national independence day",
    "thanksgiving": "thanksgiving day",
    "christmas": "christmas day",
    "christmas day": "christmas",
    "boxing day": "second day of christmas",
    "new year": "new years day",
    "labour day": "labor day",
    "labor day": "labour day",
    "whit monday": "pentecost monday",
    "gandhi jayanti": "mahatma gandhis birthday",
    "guru nanak jayanti": "guru nanaks birthday",
    "ambedkar jayanti": "dr b r ambedkars birthday",
    "deepavali": "diwali",
    "eid": "eid al fitr",
    "eid ul fitr": "eid al fitr",
    "bakrid": "eid al adha",
    "vijayadashami": "dussehra",
}
"""What people call a holiday, and its official name. Where a country has that name itself, it is not looked up here."""


@dataclass(frozen=True)
class CountryDays:
    """Names of holidays, each in plain words, and when they are."""

    names: frozenset[str]
    _at: Any

    def day(self, name: str, year: int) -> date | None:
        """The day of that name in a year, the first of several; None where there is none."""
        official = _official(name, self.names)
        return _days_of(self._at(year)).get(official) if official else None

    def public(self, after: date) -> date | None:
        """The first public holiday later than `after`."""
        days = sorted(day for year in (after.year, after.year + 1) for day in self._at(year, True))
        return next((day for day in days if day > after), None)


def plain(name: str) -> str:
    """A name in plain words: "New Year's Day" and "new years day" are the same."""
    told = re.sub(r"\(.*?\)", "", name).replace("'", "").replace("’", "")
    return " ".join(token.text for token in tokenize(told) if token.text[0].isalnum())


def warm_up(country: str) -> None:
    """Load what is known of a country now, so that the first sentence does not wait for it (0.2 s)."""
    if country:
        _rules_of(country.upper().partition("-")[0])


@lru_cache(maxsize=8)
def days_of(country: str, year: int) -> CountryDays | None:
    """The holidays of a country (DE) or a part of it (DE-BY), with names as they are around a year. None, and a
    warning, if it is unknown.

    Loading the package takes about 0.2 s and 9 MiB, once.
    """
    code, _, part = country.upper().partition("-")
    found = _rules_of(code)
    try:
        bare = found(subdiv=part or None) if found else None
    except NotImplementedError:  # the part
        bare = None
    if found is None or bare is None:
        _log.warning("No holidays are known of the country %s; see [device] country.", country)
        return None
    spoken = [language for language in bare.supported_languages if language.startswith("en")]
    language = "en_US" if "en_US" in spoken else spoken[0] if spoken else None
    kinds = tuple(kind for kind in bare.supported_categories if kind not in _KINDS_UNWANTED)

    @lru_cache(maxsize=16)
    def at(year: int, public: bool = False) -> Any:
        wanted = None if public else kinds
        with warnings.catch_warnings(action="ignore"):  # of years in which a moving feast is not known yet
            return found(
                subdiv=part or None, years=year, language=language, categories=wanted, observed=False, expand=False
            )

    names: set[str] = set()
    for near in range(year - _YEARS_AROUND, year + _YEARS_AROUND + 1):
        names |= set(_days_of(at(near)))
    names |= {folk for folk in _FOLK if _official(folk, frozenset(names))}
    return CountryDays(frozenset(names), at)


@lru_cache(maxsize=4)
def _rules_of(code: str) -> Any:
    """The package's class for one country, or None. Its own look-up would import every country (18 MiB)."""
    import holidays  # noqa: PLC0415 - only a house that has named its country pays for it
    from holidays.registry import COUNTRIES  # noqa: PLC0415

    module, names = next(((module, names) for module, names in COUNTRIES.items() if code in names[1:3]), ("", ()))
    if not module:
        return None
    spec = spec_from_file_location(
        f"holidays_of_{module}", Path(holidays.__file__).with_name("countries") / f"{module}.py"
    )
    assert spec is not None
    assert spec.loader is not None
    loaded = module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return getattr(loaded, names[0])


def _official(name: str, names: frozenset[str]) -> str | None:
    official = _FOLK.get(name)
    return official if official in names else name if name in names else None


def _days_of(calendar: Mapping[date, str]) -> dict[str, date]:
    found: dict[str, date] = {}
    for day in sorted(calendar):
        for name in re.split(r"; | / |/", calendar[day]):
            found.setdefault(plain(name), day)
    return found

"""Given names that are one name: spellings that sound the same, and what friends say.

A name of the table that is not of somebody's row is a name of its own, so somebody else's: a Dan is no misspelled Don.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from services.understanding.words import word_set

_TABLE = Path(__file__).with_name("given_names.txt")


def _relations() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    spelled: dict[str, set[str]] = {}
    short: dict[str, set[str]] = {}
    for row in _TABLE.read_text(encoding="utf-8").splitlines():
        full, _, brief = row.partition("|") if not row.startswith("#") else ("", "", "")
        for name in full.split():
            spelled.setdefault(name, set()).update(full.split())
            short.setdefault(name, set()).update(brief.split())
        for name in brief.split():
            spelled.setdefault(name, {name})
            short.setdefault(name, set()).update(full.split())
    return (
        {name: frozenset(others - {name}) for name, others in spelled.items()},
        {name: frozenset(others - spelled[name]) for name, others in short.items()},
    )


SPELLINGS, SHORT_FORMS = _relations()
"""Other spellings of each given name that sound the same; short forms of a full name, full names of a short form."""
WORDS = word_set("""al ale ant art ash bas bea bill bob cam cat con dean dick div dot drew em faith ginger grace gene
    hank hay jade jack jay joy june kit lee liv lou mac may max mark mel mo nat norm pat patty penny pip pippa ray reg
    rich rob rod rose ross sandy si sol stew sue ted tess tim ty val van vic viola violet will win""")
"""Short forms that are more often something else, where nobody is called just that."""

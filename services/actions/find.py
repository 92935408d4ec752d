"""Documents by what they say. Looks at stored fields, and makes documents only of those that fit: there may be many
thousands.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from tinydb.queries import QueryLike

from services.actions.matching import fitting_texts, words
from services.actions.times import TimeSpan
from services.store.base import Document, Transaction

D = TypeVar("D", bound=Document)


def saying(tx: Transaction, kind: type[D], spoken: str, fits: QueryLike, field: str = "content") -> list[D]:
    """Those whose text has all the words, oldest first; where none has, those that have them give or take a
    recogniser's slip.
    """
    if not spoken:
        return tx.find(kind, fits)
    wanted = words(spoken)
    exact = tx.find(kind, lambda fields: all(word in fields[field].casefold() for word in wanted) and fits(fields))
    if exact:
        return exact
    loose = fitting_texts(spoken, (fields[field] for fields in tx.rows(kind).values() if fits(fields)))
    return tx.find(kind, lambda fields: fields[field] in loose and fits(fields))


def within(span: TimeSpan | None, *names: str) -> QueryLike:
    """Whether the first of these fields that is set lies in a time; always, where no time is asked for."""

    def fits(value: Mapping[str, Any]) -> bool:
        return span is None or span.holds(
            datetime.fromisoformat(next(value[name] for name in names if value.get(name)))
        )

    return fits

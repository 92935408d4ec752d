"""Which documents are meant: those pointed at, those that say some words, the one of a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from tinydb.queries import QueryLike

from services.actions.base import Choice, Unanswered
from services.actions.call import Call
from services.actions.matching import fitting_texts, words
from services.actions.times import TimeSpan
from services.actions.wording import listed, spoken
from services.store.base import Customer, Document, TodoList, Transaction, natural_id

D = TypeVar("D", bound=Document)
N = TypeVar("N", TodoList, Customer)

_MOST = 3
"""Names in a question."""


def bare(text: str, noun: str) -> str:
    """A name without what stands around it: "the onboarding template" → onboarding. `noun`: its kind, a pattern."""
    around = re.compile(rf"^(?:(?:the|my|our|a|an)\s+)+|(?:^|\s+)(?:{noun})$", re.IGNORECASE)
    return around.sub("", around.sub("", spoken(text))).strip(" “”\"'")


def label(text: str, noun: str) -> str:
    """What a timer or an alarm is called: "my pasta timer" → pasta."""
    idle = (noun, f"{noun}s", "the", "my", "a", "called")
    return " ".join(part for part in spoken(text).split() if part.casefold() not in idle)


def pointed_at(call: Call, slot: str, things: Sequence[D]) -> list[D]:
    """Those that "it", "both" or "the second one" stands for; none where the slot was said by name."""
    ids = {ref.id for ref in call.meant(slot)}
    return [thing for thing in things if thing.id in ids]


def only(fitting: Sequence[D], reason: str, which: str, name: Callable[[D], str]) -> D:
    """The only one; where there are several, asks which."""
    if len(fitting) > 1:
        raise Unanswered(reason, f"{which}: {listed([name(each) for each in fitting[:_MOST]], 'or')}?")
    return fitting[0]


def choice(slot: str, spoken_as: str, things: Sequence[Document]) -> Choice:
    """What a question lets one choose from."""
    return Choice(slot, spoken_as, tuple((each.kind, each.id, each.called) for each in things))


def saying(tx: Transaction, kind: type[D], text: str, fits: QueryLike) -> list[D]:
    """Those whose content has all the words, oldest first; where none has, those that have them give or take a slip.

    Looks at stored fields, and makes documents only of what fits: there may be many thousands.
    """
    if not text:
        return tx.find(kind, fits)
    wanted = words(text)
    exact = tx.find(kind, lambda fields: all(word in fields["content"].casefold() for word in wanted) and fits(fields))
    if exact:
        return exact
    loose = fitting_texts(text, (fields["content"] for fields in tx.rows(kind).values() if fits(fields)))
    return tx.find(kind, lambda fields: fields["content"] in loose and fits(fields))


def within(span: TimeSpan | None, *names: str) -> QueryLike:
    """Whether the first of these fields that is set lies in a time; always, where no time is asked for."""

    def fits(value: Mapping[str, Any]) -> bool:
        return span is None or span.holds(next(value[name] for name in names if value.get(name)))

    return fits


def made(tx: Transaction, document: N) -> N:
    """Keep a new list or customer under the id that its name gives on every device: two devices make one of it.

    A fresh id where something else has that one, once called so. Raises DocumentInvalid.
    """
    doc_id = natural_id(document.kind, document.name)
    return tx.add(document) if tx.get(type(document), doc_id) else tx.keep(replace(document, id=doc_id))

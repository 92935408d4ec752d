"""What the store gives to other programs and takes from them: JSON, CSV, Markdown, iCalendar. Its values and errors."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from firmware.errors import FacultyError
from services.store.base import Document, kinds

LARGEST = 64 << 20
"""Bytes of a file that is taken in."""
MOST = 100_000
"""Documents of a file that is taken in."""

_NAMESPACE = uuid.UUID("6f1f3c70-8a5e-5d0b-9b5e-2f8f0a3c7e11")


def kind_named(name: str) -> type[Document]:
    """The kind that one calls so: person, people, contacts. Raises KindUnknown."""
    if (found := kind_called(name)) is None:
        raise KindUnknown(kind=name, known=", ".join(sorted(kinds())))
    return found


def kind_called(name: str) -> type[Document] | None:
    """None: no kind is called so."""
    folded = " ".join(name.casefold().replace("_", " ").split())
    if found := kinds().get(folded):
        return found
    for kind in kinds().values():
        nouns = (*kind.about.nouns, *kind.about.asked_as)
        if folded in (kind.about.plural, *nouns, *(f"{noun}s" for noun in nouns)):
            return kind
    return None


def document_id(text: str) -> str:
    """The id of a document that another program calls so: a UUID is kept, of anything else one is made, always the same
    one.
    """
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return str(uuid.uuid5(_NAMESPACE, text))


class ExchangeError(FacultyError):
    """That can't be exported or imported."""

    code = "exchange"


class FileUnusable(ExchangeError):
    """{path} can't be used ({reason}). Nothing was changed."""

    code = "exchange.file"


class FileThere(ExchangeError):
    """{path} is there already. Name another one, or add --force to replace it."""

    code = "exchange.there"


class FormatUnknown(ExchangeError):
    """I don't know what {path} is. Its name must end in .json, .csv or .ics."""

    code = "exchange.format"


class KindUnknown(ExchangeError):
    """There is no kind {kind}. There are: {known}."""

    code = "exchange.kind"


class KindUnfit(ExchangeError):
    """There is no {kind} in {format}. There are: {known}."""

    code = "exchange.unfit"


class KindUnclear(ExchangeError):
    """By its headings {path} may be any of: {known}. Say which one: --kind {first}. Nothing was changed."""

    code = "exchange.unclear"


class TooMuch(ExchangeError):
    """{path} has more than {most}. Nothing was changed."""

    code = "exchange.too_much"


class EntryNotUnderstood(ExchangeError):
    """{path}, {where}: {reason}. Nothing was changed."""

    code = "exchange.not_understood"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One document of a file."""

    document: Document
    """With its id; where the store has that one already, it is changed, not doubled."""
    where: str
    """In the file: line 12."""
    given: frozenset[str] | None = None
    """The fields that the file tells; a document that is there keeps its others. None: all of them."""
    project: str = ""
    """The name of the project that it belongs to; one that is not there is made."""
    id_told: bool = True
    """Whether the file tells its id. Somebody whose id is made of the name may be in the contacts under another."""


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was understood."""

    incoming: tuple[Incoming, ...]
    notes: tuple[str, ...] = ()
    """What of it is left out, and why: a sentence each."""
    taken_as: str = ""
    """What its entries are, by its headings: contacts. Empty where the file says so itself, or whoever asked did."""


@dataclass(slots=True)
class ImportResult:
    """What an import did, by kind."""

    added: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    same: int = 0
    """Documents that the store has already, just so."""

    @property
    def changes(self) -> int:
        """How many documents were written."""
        return sum(self.added.values()) + sum(self.updated.values())

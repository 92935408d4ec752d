"""Lists and notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from services.store.documents.fields import Name, Text, Title
from services.store.kinds import Document, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoList(Document):
    """A list of items, such as the shopping list."""

    about: ClassVar[Kind] = Kind(
        "list", nouns=("list",), plural="lists", title="name", searched=(), shared=True, spoken="name", indexed=True
    )

    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Document):
    """One line of a list; a document of its own, so that two devices may add at the same time."""

    about: ClassVar[Kind] = Kind(
        "item",
        nouns=("list item",),
        plural="list items",
        title="name",
        searched=("quantity",),
        shared=True,
        spoken="",
        asked_as=("list", "item"),
        refers={"list_id": ("list",)},
        within=("list_id",),
        asked_by="list.query",
        section="Lists",
        light=True,
    )

    list_id: str
    name: Title
    quantity: Annotated[str, StringConstraints(max_length=50)] = ""
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Document):
    """Words to keep."""

    about: ClassVar[Kind] = Kind(
        "note",
        nouns=("note",),
        plural="notes",
        title="",
        searched=("content",),
        shared=True,
        spoken="title",
        asked_as=("note", "memo"),
    )

    content: Text

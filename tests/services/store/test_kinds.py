"""The registry of kinds: what a row must tell, and that ours are all there."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import pytest

from services.store import documents
from services.store.base import Document, Task, all_rows, kinds, only_added, row_of
from services.store.kinds import Kind

WHOLE: dict[str, Any] = {
    "nouns": ("expense",),
    "plural": "expenses",
    "title": "title",
    "searched": (),
    "shared": True,
    "spoken": "title",
}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"nouns": ()}, "it has no noun or no plural"),
    ({"plural": ""}, "it has no noun or no plural"),
    ({"title": "name"}, "it has no field name"),
    ({"searched": ("shop",)}, "it has no field shop"),
    ({"title": ""}, "it is to be found, but no field says what it is called"),
    ({"open": ("open",)}, "it has no field status"),
    ({"refers": {"task_id": ("task",)}}, "refers does not say what person_id names"),
    ({"within": ("task_id",), "refers": {"person_id": ()}}, "refers does not say what task_id names"),
    ({"refers": {"person_id": (), "task_id": ()}, "resolved": True}, "it is resolved, but not indexed"),
]


def made(name: str, row: dict[str, Any]) -> type[Document]:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Expense(Document):
        about: ClassVar[Kind] = Kind(name, **row)

        title: str = ""
        task_id: str = ""
        person_id: str = ""

    return Expense


@pytest.mark.parametrize(("more", "reason"), WRONG, ids=[reason for _, reason in WRONG])
def test_a_wrong_row_is_an_error_when_the_class_is_made(more: dict[str, Any], reason: str) -> None:
    before = dict(kinds())
    with pytest.raises(TypeError, match=re.escape(f"the row of Expense is wrong: {reason}")):
        made("expense", {**WHOLE, **more})
    assert dict(kinds()) == before


def test_a_row_without_a_noun_is_none() -> None:
    with pytest.raises(TypeError, match="nouns"):
        Kind("expense", **{name: value for name, value in WHOLE.items() if name != "nouns"})


def test_a_class_without_a_row_is_refused() -> None:
    with pytest.raises(TypeError, match="Expense has no row; give it: about"):

        class Expense(Document):
            kind: ClassVar[str] = "expense"


def test_a_name_is_taken_once() -> None:
    with pytest.raises(TypeError, match=r"there is a kind task already: services\.store\.documents\.tasks\.Task"):
        made("task", {**WHOLE, "refers": {"task_id": (), "person_id": ()}})
    assert kinds()["task"] is Task


def test_all_documents_are_registered_as_the_class_in_use() -> None:
    ours = {each for each in vars(documents).values() if isinstance(each, type)}
    ours = {each for each in ours if issubclass(each, Document)} - {Document}
    assert ours <= set(kinds().values())
    for kind in ours:
        assert (kind.about.name, kinds()[kind.kind]) == (kind.kind, kind)
        assert {each.name for each in fields(kind)} >= {"id", "created", "updated"}


def test_what_refers_names_is_there() -> None:
    assert {name for row in all_rows() for named in row.refers.values() for name in named} <= kinds().keys()


def test_the_words_of_a_kind_are_its_own() -> None:
    nouns = [noun for row in all_rows() for noun in row.nouns]
    assert len(nouns) == len(set(nouns))


def test_what_is_no_kind_is_a_thing() -> None:
    assert (row_of("turn").noun, row_of("turn").searched, only_added("turn")) == ("thing", None, False)
    assert only_added("entry")

"""Notes: kept whole, found by words and time."""

from __future__ import annotations

from typing import Any

import pytest

from services.store.base import Note
from services.understanding.base import Reference, Step


@pytest.fixture
def noted(desk: Any) -> Any:
    desk.say("note.create", content="the garage code is 4411")
    desk.later(days=1)
    desk.say("note.create", content="the garage door is broken")
    desk.say("note.create", content="Henderson wants the blue one; call him.")
    return desk


def test_create(desk: Any) -> None:
    assert desk.say("note.create", content="The code is 4411.") == "Noted: The code is 4411."
    assert [note.content for note in desk.store.find(Note)] == ["The code is 4411."]
    assert desk.outcomes[0].about[0][2] == "The code is 4411."
    assert desk.say("control.undo") == "Undone: noted: The code is 4411."
    assert desk.store.find(Note) == []


def test_long_notes_are_kept_whole_and_told_in_part(desk: Any) -> None:
    content = "word " * 200
    reply = desk.say("note.create", content=content)
    assert len(reply) < 140 and reply.endswith("….")
    assert desk.store.find(Note)[0].content == content.strip()


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"content": "Henderson"}, "One note about Henderson: Henderson wants the blue one; call him, today."),
        (
            {"content": "the garage"},
            "Two notes about the garage: the garage door is broken, today; the garage code is 4411, yesterday.",
        ),
        ({"when": "yesterday"}, "One note from yesterday: the garage code is 4411, yesterday."),
        ({"when": "tomorrow"}, "You have no notes from tomorrow."),
        ({"content": "the boat"}, "You have no notes about the boat."),
        ({"content": "garage", "when": "today"}, "One note about garage from today: the garage door is broken, today."),
    ],
)
def test_query(noted: Any, slots: dict[str, Any], reply: str) -> None:
    assert noted.say("note.query", **slots) == reply
    assert not noted.outcomes[0].changed


def test_many_notes_are_not_all_read(noted: Any) -> None:
    noted.say("note.create", content="one more")
    assert noted.say("note.query").startswith("Four notes. The latest three: one more, today; ")
    assert len(noted.outcomes[0].about) == 3


def test_one_pointed_at_is_read_alone(noted: Any) -> None:
    note = noted.store.find(Note)[0]
    reference = Reference("content", "it", "note", note.content, note.id, "context")
    told = noted.command(Step("note.query", {"content": "it"}, references=(reference,)))
    assert told == "Your note of yesterday: the garage code is 4411."


@pytest.mark.parametrize(
    ("slots", "content"),
    [
        ({"old": "4411", "text": "4412"}, "the garage code is 4412"),
        ({"old": "Garage", "text": "shed"}, "the shed code is 4411"),
        ({"text": "ask Tom", "way": "add"}, "the garage code is 4411, ask Tom"),
    ],
)
def test_update(noted: Any, slots: dict[str, str], content: str) -> None:
    assert noted.say("note.update", content="garage code", **slots) == f"The note is now: {content}."
    assert content in [note.content for note in noted.store.find(Note)]
    assert noted.say("control.undo").startswith("Undone: note changed")
    assert "the garage code is 4411" in [note.content for note in noted.store.find(Note)]


def test_all_of_a_note_is_replaced_after_a_yes(noted: Any) -> None:
    assert noted.say("note.update", content="door", text="the door is mended").startswith("Write “the door is mended”")
    assert noted.agree() == "The note is now: the door is mended."


def test_what_is_added_behind_a_full_stop_begins_anew(noted: Any) -> None:
    told = noted.say("note.update", content="Henderson", text="By Friday", way="add")
    assert told == "The note is now: Henderson wants the blue one; call him. By Friday."


def test_delete(noted: Any) -> None:
    assert noted.say("note.delete", content="Henderson") == "Note deleted: Henderson wants the blue one; call him."
    assert len(noted.store.find(Note)) == 2
    assert noted.say("control.undo").startswith("Undone: note deleted: Henderson")
    assert len(noted.store.find(Note)) == 3


def test_delete_by_what_was_spoken_of(noted: Any) -> None:
    note = noted.store.find(Note)[0]
    reference = Reference("content", "it", "note", note.content, note.id, "context")
    assert (
        noted.command(Step("note.delete", {"content": note.content}, references=(reference,)))
        == "Note deleted: the garage code is 4411."
    )


def test_those_spoken_of_come_the_latest_first(desk: Any) -> None:
    """Whatever order they were spoken of in, and whatever order a set has them in."""
    for number in range(8):
        desk.say("note.create", content=f"number {number}")
        desk.later(minutes=1)
    notes = {note.content: note for note in desk.store.find(Note)}
    for numbers in (range(8), reversed(range(8)), (3, 7, 5, 1, 6, 2, 0, 4)):
        references = tuple(
            Reference("content", "them", "note", note.content, note.id, "context")
            for note in (notes[f"number {number}"] for number in numbers)
        )
        told = desk.command(Step("note.query", {"content": "them"}, references=references))
        assert "The latest three: number 7, today; number 6, today; number 5, today" in told.replace(
            " and ", "; "
        ).replace(";;", ";")


def test_delete_asks_where_several_fit(noted: Any) -> None:
    assert noted.say("note.delete", content="garage") == (
        "Two notes fit: the garage door is broken and the garage code is 4411. Which one?"
    )
    assert noted.awaits and noted.codes == ["note.ambiguous"]
    choice = noted.outcomes[0].choice
    assert (choice.slot, choice.words, [kind for kind, _, _ in choice.things]) == (
        "content",
        "garage",
        ["note", "note"],
    )
    assert noted.say("note.delete", content="all") == "Delete all three notes?"
    assert len(noted.store.find(Note)) == 3
    assert noted.agree() == "Three notes deleted."
    assert noted.store.find(Note) == []
    noted.say("control.undo")
    assert len(noted.store.find(Note)) == 3


@pytest.mark.parametrize(
    ("action", "slots", "code", "awaits"),
    [
        ("note.create", {}, "note.no_content", True),
        ("note.update", {"content": "garage", "text": "x"}, "note.ambiguous", True),
        ("note.update", {"content": "garage"}, "note.no_content", True),
        ("note.update", {"content": "the boat", "text": "x"}, "note.unknown", False),
        ("note.update", {"content": "door", "text": "x", "old": "window"}, "note.no_words", False),
        ("note.delete", {}, "note.which", True),
        ("note.delete", {"content": "the boat"}, "note.unknown", False),
    ],
)
def test_refused(noted: Any, action: str, slots: dict[str, Any], code: str, awaits: bool) -> None:
    noted.say(action, **slots)
    assert noted.codes == [code] and noted.awaits == awaits

"""The order in which an utterance is understood, and which stage finds its command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.base import Command, Step
from services.understanding.conversation.memory import Conversation, Mention, PendingQuestion
from services.understanding.names.base import Entity
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from services.understanding.stages.base import Directory, Kept, NamedRoutine, Titles, Understanding
from services.understanding.stages.order import COMPLETING, FINDING, reading, understood

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PARSER = CommandParser(Path(__file__).resolve().parents[3] / "config" / "sentences")
PEOPLE = Names([Entity("person", "1", "Mike Miller"), Entity("person", "2", "Anna Schmidt")])
MAKE = Command("x", (Step("task.create", {"title": "call Anna", "when": "today"}),), 0.95, "template")
ASK = Command("x", (Step("task.query", {"when": "today"}),), 0.95, "template")
REMIND = Command("remind me to eat", (Step("reminder.create", {"title": "eat"}),), 0.9, "template")
TASKS = tuple(Mention("task", name, name) for name in ("call Anna", "pay the rent"))
MADE = Conversation(TASKS[:1], last=MAKE, made=MAKE, written=(("task", "1"),), touched=NOW)
ASKED = Conversation(TASKS, listed=TASKS, last=ASK, asked=ASK, touched=NOW)
JOINED = Conversation(
    (Mention("channel", "marketing", "3"),),
    last=Command("x", (Step("channel.assign", {"people": ["Mike"], "name": "marketing"}),), 0.95, "template"),
    touched=NOW,
)
PAINT = Kept("note", "n", "the hall was painted with five litres of chalk white", frozenset())
NOTED = Conversation(
    (Mention("note", PAINT.text, "n"),),
    last=Command("x", (Step("note.create", {"content": PAINT.text}),), 0.95, "template"),
    deed="Noted",
    touched=NOW,
)
SENT = Conversation(
    (Mention("person", "Mike Miller", "1"),),
    last=Command("x", (Step("message.send", {"recipients": ["Mike"], "content": "hello"}),), 0.95, "template"),
    touched=NOW,
)
OPEN = Conversation(question=PendingQuestion("slot", REMIND, "When?", at=NOW), touched=NOW)


class House(Directory):
    """One title and one routine."""

    def names(self) -> Names:
        return PEOPLE

    def titles(self) -> Titles:
        return {"water": {("water", "the", "plants"): ["task"]}}

    def kept(self, words: Sequence[str]) -> Sequence[Kept]:
        has = frozenset(word for word in words if word in PAINT.text.split())
        return [replace(PAINT, has=has)] if has else []

    def routines(self) -> Sequence[NamedRoutine]:
        return (NamedRoutine("r", "good morning"),)


class Counting:
    """Counts how often each text is read."""

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()

    def parse(self, text: str, *, now: datetime, focus: str = "", before: Command | None = None) -> Command:
        self.times[text] += 1
        return PARSER.parse(text, now=now, focus=focus)


def said(text: str, conversation: Conversation, counting: Counting | None = None) -> Understanding:
    read = reading(counting or PARSER, conversation, NOW)
    return understood(Understanding(text, NOW, conversation, names=PEOPLE, directory=House(), read=read))


@pytest.mark.parametrize(
    ("text", "conversation", "stage", "leans"),
    [
        ("tomorrow at nine", OPEN, "answer", "question"),
        ("what time is it", OPEN, "words", ""),
        ("no, on Tuesday", MADE, "correction", "command"),
        ("another one for tomorrow", MADE, "repetition", "command"),
        ("more", ASKED, "more", "talk"),
        ("scratch that", MADE, "shorthand", "talk"),
        ("run the good morning routine", MADE, "routine_talk", ""),
        ("complete water the plants", Conversation(), "title", ""),
        ("add milk to the shopping list", MADE, "words", ""),
        ("good morning", Conversation(), "routine_talk", ""),
        ("run good morning every day at seven", Conversation(), "routine_talk", ""),
        ("not quite, add milk to the shopping list", MADE, "denial", "talk"),
        ("and what about tomorrow?", ASKED, "repetition", "command"),
        ("no, call Hanna", MADE, "continuation", "talk"),
        ("invite Mike too", JOINED, "members", "talk"),
        ("note, two chairs, and a table for forty", MADE, "dictation", ""),
        ("the paint is blue, write that down", Conversation(), "dictation", ""),
        ("add that it dries slowly", NOTED, "noted", "talk"),
        ("no, six litres", NOTED, "noted", "talk"),
        ("what does it say", NOTED, "noted", "talk"),
        ("is it done", MADE, "asked_of_it", "talk"),
        ("whose is that", MADE, "asked_of_it", "talk"),
        ("did that message go out", SENT, "asked_of_it", "talk"),
        ("what did I just add", NOTED, "deed", "talk"),
        ("what was the hall painted with again", Conversation(), "rather_kept", "talk"),
        ("what was the hall ceiling painted with again", Conversation(), "recall", "talk"),
        ("paint for the hall?", Conversation(), "", ""),
        ("how tall is the tower", Conversation(), "", ""),
        ("what is the capital of paint", Conversation(), "beyond_us", ""),
        ("what did I just add", Conversation(), "", ""),
        ("whose is that", Conversation(), "", ""),
        ("the weather is nice", MADE, "beyond_us", ""),
    ],
)
def test_the_stage_that_finds_the_command(text: str, conversation: Conversation, stage: str, leans: str) -> None:
    found = said(text, conversation)
    assert (found.stage, found.leans) == (stage, leans)
    assert bool(found.command.steps) == (stage not in ("", "beyond_us"))


def test_what_a_program_tells_is_not_read() -> None:
    counting = Counting()
    told = Understanding("x", NOW, MADE, told=ASK, read=reading(counting, MADE, NOW))
    assert understood(told).stage == "told" and not counting.times


@pytest.mark.parametrize("conversation", [OPEN, MADE, ASKED, JOINED, Conversation()])
@pytest.mark.parametrize(
    "text", ["what time is it", "no, on Tuesday", "complete water the plants", "and bread", "gibberish", "tomorrow"]
)
def test_no_text_is_read_twice(text: str, conversation: Conversation) -> None:
    counting = Counting()
    said(text, conversation, counting)
    assert not counting.times or max(counting.times.values()) == 1


def test_names_that_are_not_clear_are_told() -> None:
    doubtful = said("add Zoe to the marketing channel", Conversation()).doubtful
    assert [(each.slot, each.words) for each in doubtful] == [("name", "marketing"), ("people", "Zoe")]


@given(st.text(max_size=60), st.sampled_from([OPEN, MADE, ASKED, JOINED, Conversation()]))
def test_any_text_is_understood_or_not(text: str, conversation: Conversation) -> None:
    found = said(text, conversation)
    assert found.text == text and (found.stage or not found.command.steps)
    assert 0 <= found.command.confidence <= 1


def test_each_stage_has_a_name_of_its_own() -> None:
    stages = {*FINDING, *COMPLETING}
    assert len({stage.__name__ for stage in stages}) == len(stages)

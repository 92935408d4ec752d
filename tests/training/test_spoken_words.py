"""Every word that a frame gives a slot of its own is understood by the action, or knowingly left to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from random import Random

import pytest

from services.actions import notes, projects, search
from services.actions.base import Refused
from services.actions.itself import vitals, volume
from services.actions.meetings.update import _LONGER, _OFF, _SHIFTS, _SHORTER
from services.actions.people import channels, contacts
from services.actions.reports.create import _CANNOT, _ONLY_TEXT, _SHEET
from services.actions.rings import alarms, reminders, ring, timers
from services.actions.routines.create import _ALL as _ALL_ROUTINES
from services.actions.tasks import select, urgency
from services.actions.tasks.status import STATUSES
from services.actions.wording import PRIVATE, number_told
from services.understanding.model.grammar import _ways_said, read_answer
from services.understanding.slots import readings
from services.understanding.slots.amounts import amount_of
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import House, find, find_offset
from services.understanding.words import phrases
from training.lora.prompts import answer_of
from training.sentences.examples import Example
from training.sentences.frames import FOLDER, NONE, Named, read_frames
from training.sentences.notation import Mark, Slot, parts_of
from training.sentences.pools import Pools

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SAMPLES = 2

NAMING = frozenset(
    phrases(
        """title | name | list | file | customer | channel | recipients | people | assignees | attendees | items |
        channels | nickname | role | content | parts | tags | tasks | parent | blocks | blocked_by | old_assignees |
        location | sender | new_name | new_title | project | place | text | steps | description"""
    )
)
"""Slots of names, things and words: looked up by the action, which says so where there is nothing of the sort, or kept
as they are.
"""

LEFT_OUT = {
    ("datetime.query", "when", "until diwali"),  # a feast where the house is, which the model is not told
}
"""Words that are knowingly dropped: nothing else is done without them."""

NOT_KEPT = frozenset(("address", "pata", "birthday", "company"))
"""Fields that nobody's contact has, which the action says."""

ASKED_WHEN = frozenset(("reminder.create", "alarm.create"))
LEANING = re.compile(r"\b(before|beforehand|prior|earlier|after|afterwards|then|that|same)\b")
"""A time by what was said before: rings ahead of what the reminder is about, or the action asks when."""

KNOWN: Mapping[tuple[str, str], Callable[[str], bool]] = {
    ("timer.adjust", "direction"): lambda word: word in ("to", "add", *timers._SHORTER),
    ("alarm.update", "direction"): lambda word: word == "later" or word in ring._BACK,
    ("reminder.update", "direction"): lambda word: word == "later" or word in ring._BACK,
    ("meeting.update", "direction"): lambda word: word in {"add"} | _OFF | _SHIFTS | _LONGER | _SHORTER,
    **{
        (action, "direction"): lambda word: word in ("add", "remove")
        for action in ("channel.assign", "task.assign", "task.update")
    },
    ("task.depend", "direction"): lambda word: word in ("add", "remove"),
    ("control.volume", "direction"): lambda word: word == "to" or word in volume._UP | volume._DOWN,
    ("control.volume", "sound"): lambda word: (
        word in volume._SOUNDS or any(word in each for each in volume._SOUNDS.values())
    ),
    ("control.undo", "count"): lambda word: number_told(word) is not None,
    ("control.setup", "way"): lambda word: word in ("start", "continue", "skip", "pause"),
    ("device.query", "what"): lambda word: word == "status" or any(known in word for known in vitals._TOLD),
    ("contact.query", "field"): lambda word: word in NOT_KEPT or bool(contacts._field(word)),
    ("report.create", "kind"): lambda word: word == "usage" or "use" not in word.split(),
    ("report.create", "format"): lambda word: (
        word == "html" or any(each.search(word) for each in (_SHEET, _ONLY_TEXT, _CANNOT))
    ),
    ("search.query", "kind"): lambda word: bool(search._named(word)),
    ("channel.create", "privacy"): lambda word: word == "public" or word in PRIVATE,
    ("project.create", "privacy"): lambda word: word == "public" or word in PRIVATE,
    ("channel.create", "kind"): bool,
    ("channel.status", "status"): lambda word: word in channels._STATES,
    ("project.update", "status"): lambda word: word in projects._STATES or word in PRIVATE or word in projects._PUBLIC,
    ("project.query", "status"): lambda word: word in projects._STATES or word in projects._LATE,
    **{(action, "status"): lambda word: word in STATUSES for action in ("task.create", "task.status", "task.update")},
    **{
        (action, "status"): lambda word: word in STATUSES or word in select._LATE | select._OPEN
        for action in ("task.query", "task.delete")
    },
    **{
        (action, "priority"): lambda word: urgency.priority_of(word) is not None
        for action in ("task.create", "task.update", "task.query", "task.delete", "template.use")
    },
    ("reminder.create", "priority"): lambda word: bool(reminders._URGENT.search(word)) == (word in ("urgent", "high")),
}
EVERYTHING: Mapping[str, Callable[[str], bool]] = {
    **{f"timer.{verb}": lambda word: word in ("all", "both") for verb in ("cancel", "pause", "resume")},
    "alarm.cancel": lambda word: word in alarms._ALL,
    "reminder.cancel": lambda word: word in reminders._ALL,
    "channel.status": lambda word: word in channels._ALL,
    "channel.delete": lambda word: word in channels._ALL,
    "routine.delete": lambda word: word in _ALL_ROUTINES,
    "note.delete": lambda word: word in notes._ALL,
}
ALL = frozenset(("all", "every", "any", "everything", "both", "each"))


@cache
def frames() -> tuple[Named, ...]:
    return tuple(named for path in sorted(FOLDER.glob("*.yaml")) for named in read_frames(path))


def literals() -> Iterator[tuple[str, str, str, frozenset[str]]]:
    """Action, slot, the words, and all slots of the frame."""
    for named in frames():
        action = named.action
        slots = frozenset(part.slot for part in parts_of(named.frame) if isinstance(part, Slot))
        for part in parts_of(named.frame):
            if isinstance(part, Mark):
                action = part.action
            elif isinstance(part, Slot) and part.slot and action in VOCABULARY:
                for words in part.words:
                    yield action, part.slot, words, slots


def meant(action: str, slot: str, words: str, slots: frozenset[str]) -> str | None:
    reading = readings.READINGS.get((action, slot))
    if (action, slot) == ("meeting.update", "direction") and "attendees" in slots:
        reading = readings._COMERS
    return words if reading is None else reading.of(words)


def flaw(action: str, slot: str, words: str, slots: frozenset[str]) -> str:
    """What is wrong with a word of a frame; empty where nothing is."""
    where = f"{action} {slot}={words}"
    kind, known = VOCABULARY[action].slots[slot], meant(action, slot, words, slots)
    if known is None:
        return f"{where}: nobody knows what is meant"
    if (action, slot, words) in LEFT_OUT:
        return "" if known == "" or not find(words, NOON) else f"{where}: it is understood"
    if kind == "amount":
        return "" if amount_of(words) else f"{where}: no sum"
    if kind == "number":
        told = volume._percent(words) if action == "control.volume" else number_told(words)
        return "" if told is not None else f"{where}: no number"
    if action in ASKED_WHEN and slot == "when" and LEANING.search(words):
        return ""
    if kind in ("when", "duration"):
        ways = _ways_said(VOCABULARY[action], slot, words)
        leans = kind == "when" and find_offset(words, House())  # from a time that was told before
        return "" if leans or any(find(way, NOON) for way in ways) else f"{where}: tells no time"
    if known == "":
        return f"{where}: left out"
    if slot in NAMING:
        every = action in EVERYTHING and words.partition(" ")[0] in ALL
        return f"{where}: {known} is not taken for all" if every and not EVERYTHING[action](known) else ""
    if (action, slot) not in KNOWN:
        return f"{where}: is not looked after"
    try:
        return "" if KNOWN[action, slot](known) else f"{where}: the action does not know {known}"
    except Refused as refused:
        return f"{where}: {refused}"


def test_every_word_of_every_frame_is_understood_or_knowingly_dropped() -> None:
    assert sorted({said for each in literals() if (said := flaw(*each))}) == []


def test_nothing_is_said_to_be_left_out_that_no_frame_says() -> None:
    assert {(action, slot, words) for action, slot, words, _ in literals()} >= LEFT_OUT


def answered(named: Named, pools: Pools, random: Random) -> tuple[str, str]:
    """A sentence of a frame and the answer that is taught for it."""
    said = named.said(pools, random)
    return said.words, answer_of(Example(said.words, said.told(), "frames", ""))


@pytest.mark.parametrize("family", sorted({VOCABULARY[action].family for action, _ in readings.READINGS} | {"several"}))
def test_the_sentences_of_frames_are_not_unsure(family: str) -> None:
    """The whole sentence, with its negations and with what stands beside a slot."""
    pools, random, unsure = Pools(), Random(7), []
    for named in frames():
        slots = {part.slot for part in parts_of(named.frame) if isinstance(part, Slot)}
        if (
            named.action == NONE
            or named.action.partition(".")[0] != family
            or not slots & {slot for _, slot in readings.READINGS} - {"name", "title"}
        ):
            continue
        for _ in range(SAMPLES):
            words, answer = answered(named, pools, random)
            if not read_answer(answer, words, DAY):
                unsure.append(f"{words} → {answer.strip()} ({named.line})")
    assert unsure == []

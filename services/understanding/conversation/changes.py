"""How a command becomes another one: some of its words exchanged, or another done in its place. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.additions import listed_items, told
from services.understanding.conversation.memory import Conversation
from services.understanding.names.names import Names
from services.understanding.slots.amounts import number_of
from services.understanding.vocabulary import VOCABULARY

UNDO = "control.undo"
_NOT_BUT = re.compile(
    r"^not .{1,40}?(?:(?:,| but)\s+(?:but )?(?:i (?:mean|meant|said),? )?| i (?:mean|meant|said),? )", re.IGNORECASE
)
_INSTEAD = re.compile(
    r"[\s,]*\b(?:instead|rather|please|then|too|as well|bhi|long|i mean|i meant)[.!?]*$", re.IGNORECASE
)
ALIKE = 60.0
"""rapidfuzz ratio from which another wording is the same thing, misheard before."""


def changed(command: Command, rest: str, now: datetime, names: Names) -> Command | None:
    """The command with the words of `rest` in the slots they belong to; None when a word belongs in none."""
    for index in reversed(range(len(command.steps))):
        step = command.steps[index]
        slots = told(rest, VOCABULARY[step.action], now, names)
        if slots:
            kept = {slot: value for slot, value in step.slots.items() if not (slot == "recurrence" and "when" in slots)}
            references = tuple(ref for ref in step.references if ref.slot not in slots)
            return with_step(command, index, replace(step, slots={**kept, **slots}, references=references))
    return None


def with_step(command: Command, index: int, step: Step) -> Command:
    """The command with another step, not yet confirmed. Its text stays: what it says of the answer still holds."""
    alone = replace(step, after=()) if len(command.steps) == 1 else step
    return replace(command, steps=(*command.steps[:index], alone, *command.steps[index + 1 :]), confirmed=False)


def with_items(command: Command, rest: str) -> Command | None:
    """Other things for a list, or another number of the one that was told."""
    step = command.steps[-1]
    if step.action not in ("list.add", "list.remove", "list.complete"):
        return None
    before = step.slots.get("items", ())
    many = (
        [{**row, "quantity": _measured(rest, row)} for row in before if isinstance(row, Mapping)]
        if number_of(rest) is not None
        else []
    )
    items = many if len(many) == 1 else _among(before, listed_items(rest))  # "make it 5"
    return (
        with_step(command, len(command.steps) - 1, replace(step, slots={**step.slots, "items": items}))
        if items
        else None
    )


def _measured(many: str, row: Mapping[str, str]) -> str:
    """Three tins, where it was two tins."""
    before = row.get("quantity", "").split()
    return f"{many} {before[-1]}" if len(before) == 2 and before[0] not in ("a", "an") else many


def _among(before: Slot, items: list[dict[str, str]]) -> list[dict[str, str]]:
    """The things with one of them put right, where it is the same but for how many or of what kind: "five candles", of
    cake and six candles; else the new ones.
    """
    rows = [dict(row) for row in before if isinstance(row, Mapping)]
    head = items[0]["item"].split()[-1].casefold() if len(items) == 1 else ""
    same = [i for i, row in enumerate(rows) if head and row["item"].split()[-1].casefold() == head]
    if len(same) != 1:
        return items
    many = {"quantity": rows[same[0]]["quantity"]} if "quantity" in rows[same[0]] else {}
    items = [{**many, **items[0]}]
    return [*rows[: same[0]], *items, *rows[same[0] + 1 :]]


def instead(command: Command, conversation: Conversation) -> Command:
    """The command in place of the last one, whose writing is taken back first."""
    if not conversation.done or not conversation.written:
        return command
    back = tuple(Reference("written", "", kind, "", id_, "context") for kind, id_ in conversation.written)
    steps = (replace(step, after=(0, *(index + 1 for index in step.after))) for step in command.steps)
    return replace(command, steps=(Step(UNDO, references=back), *steps))


def resumed(whole: Command, conversation: Conversation) -> Command | None:
    """The command of one who was not done speaking, in place of the beginning that is done already; None where the
    whole asks for nothing else, or that can't be taken back.
    """
    earlier, last = conversation.earlier, conversation.last
    done = last if earlier is None or last is not earlier.last else None
    sent = done is not None and any(VOCABULARY[step.action].final for step in done.steps)
    if not whole.steps or sent or (done and (done.steps == whole.steps or _swallowed(whole, done))):
        return None
    return instead(whole, conversation) if done else whole


def _swallowed(whole: Command, done: Command) -> bool:
    """Whether free words of the whole hold what was something else in its beginning: by Friday, in a title that goes on
    behind it. Then somebody spoke of another thing.
    """
    begun = _texts(done)
    return any(
        any(slot == name and told.startswith(words) for name, words in begun)
        and any(slot != name and words in told for name, words in begun)
        for slot, told in _texts(whole)
    )


def _texts(command: Command) -> list[tuple[str, str]]:
    """The slots of a command that hold words, with these in lower case."""
    told = ((slot, value) for step in command.steps for slot, value in step.slots.items())
    return [(slot, value.lower()) for slot, value in told if isinstance(value, str)]


def writes(command: Command) -> bool:
    """Whether any of its steps changes something."""
    return any(VOCABULARY[step.action].writes for step in command.steps)


def rest_behind(opening: re.Pattern[str], text: str) -> str | None:
    """What is said after an opening; None where there is none."""
    said = text.strip()
    begun = opening.match(said)
    if begun is None:
        return None
    rest = said[begun.end() :]
    rest = rest[found.end() :] if (found := _NOT_BUT.match(rest)) else rest
    return _INSTEAD.sub("", rest).strip(" ,.!?") or None

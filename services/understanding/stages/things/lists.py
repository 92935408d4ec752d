"""Lists: what is said of the one just spoken of, or of one that is named anywhere, and which list is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.understanding.base import Command, Slot, Step
from services.understanding.conversation.checklists import (
    Deed,
    KnownList,
    ListTalk,
    called_as,
    deeds,
    holder,
    made_missing,
    named,
)
from services.understanding.conversation.list_phrases import POINTS
from services.understanding.conversation.list_remarks import no_thing
from services.understanding.conversation.memory import latest
from services.understanding.stages.base import Understanding
from services.understanding.stages.remarks.tellings import tells
from services.understanding.stages.tasks.only import is_of_a_task
from services.understanding.vocabulary import VOCABULARY

_LONGEST = 240
_SURE, _PRECISE = 0.9, 0.95
_SURELY_OTHER = 0.7
_ASKED_ALL = re.compile(r"\blists\b", re.IGNORECASE)
_NAMED = re.compile(r"\blist\b|\bgroceries\b", re.IGNORECASE)
_CLAUSE = re.compile(r"\s*[,.;]\s+|\s+[—–-]+\s+")
_PERSONS = ("him", "her")
_ELSEWHERE = ("meeting.query", "search.query", "meeting.update")
_ANYTHING = re.compile(
    r"(?:anything|something|nothing|much|many|a lot|stuff)(?: (?:left|else|still|more|missing))*", re.I
)
_PUTS = ("list.add", "list.create", "list.query", "list.remove", "list.complete")


def list_talk(said: Understanding) -> Understanding | None:
    """Behind a list, or with its name: "take those off", "what's still missing", "move batteries to shopping"."""
    if len(said.text) > _LONGEST:
        return None
    talk = _talk(said)
    if (not talk.action or _NAMED.search(said.text)) and _is_read(said):
        return None
    found = deeds(said.text, talk) or made_missing(said.text, _not_there(said, talk))
    found = [each for each in (_without_told(said, each) for each in found) if each]
    if not found or _is_of_a_task(said, found):
        return None
    steps = tuple(
        Step(
            each.action, {**({"list": each.list} if each.list else {}), **({"items": each.items} if each.items else {})}
        )
        for each in found
    )
    return said.found(Command(said.text, steps, _SURE, "template"), "talk")


def _without_told(said: Understanding, deed: Deed) -> Deed | None:
    """What goes on a list without what only tells behind it: "two bags, the kids want pancakes"."""
    if deed.action != "list.add" or not deed.items:
        return deed
    told = [clause.casefold() for clause in _CLAUSE.split(said.text)[1:] if tells(clause, said)]
    rows = [row for row in deed.items if not any(row.get("item", "").casefold() in clause for clause in told)]
    return replace(deed, items=rows) if rows else None


def _is_of_a_task(said: Understanding, found: Sequence[Deed]) -> bool:
    """ "Tick the stollen off", where no list has it and a task has."""
    ends = all(each.action in ("list.complete", "list.remove") for each in found)
    return ends and all(is_of_a_task(said, row.get("item", "")) for each in found for row in each.items)


def _not_there(said: Understanding, talk: ListTalk) -> str:
    """The name of a list that was asked about last, and is not there."""
    last = said.conversation.last
    name = str(last.steps[-1].slots.get("list", "")) if last and last.steps[-1].action == "list.query" else ""
    return name if name and named(name, talk.lists) is None else ""


def which_list(said: Understanding) -> Understanding:
    """The command with the list that each step means, where it names none or only a part of its name."""
    if not any(step.action in _PUTS for step in said.command.steps) or not said.directory.lists():
        return said
    talk = _talk(said)
    if talk.focus is None and (mention := latest(said.conversation, ("list",))):
        talk = replace(talk, focus=named(mention.name, talk.lists))
    things = [step for step in said.command.steps if step.action != "list.add" or not all(map(no_thing, _items(step)))]
    steps = tuple(
        _placed(_of_anything(_of_somebody(step, said)), said.text, talk) for step in things or said.command.steps
    )
    return replace(said, command=replace(said.command, steps=steps))


def _placed(step: Step, text: str, talk: ListTalk) -> Step:
    if step.action not in _PUTS or step.action == "list.create":
        return step
    told = step.slots.get("list")
    if isinstance(told, str) and told:
        there = named(told, talk.lists) or called_as(told.removeprefix("to "), talk.lists)
        return _on(step, there) if there and there.name.casefold() != told.casefold() else step
    if len(talk.lists) == 1:
        return step
    if step.action == "list.query":
        return step if _ASKED_ALL.search(text) or step.slots.get("items") else _on(step, talk.focus)
    if step.action == "list.add":
        return _on(step, talk.focus)
    return _on(step, holder(_items(step), talk) or talk.focus)


def _of_somebody(step: Step, said: Understanding) -> Step:
    """ "Put him on the list" puts a name there; "it", which stands for nothing, is asked for."""
    told = step.slots.get("items", ())
    if step.action != "list.add" or isinstance(told, str):
        return step
    somebody = latest(said.conversation, ("person", "customer"))
    rows: list[Mapping[str, str]] = []
    for row in told:
        if isinstance(row, str):
            return step
        item = row.get("item", "").casefold()
        if item in _PERSONS and somebody:
            rows.append({**row, "item": somebody.name})
        elif item not in (*_PERSONS, "it"):
            rows.append(row)
    return replace(step, slots={**step.slots, "items": rows}) if rows != list(told) else step


def _of_anything(step: Step) -> Step:
    """ "Is there anything left on it" asks for all that is there."""
    names = _items(step) if step.action == "list.query" else []
    if not names or not all(_ANYTHING.fullmatch(name) for name in names):
        return step
    return replace(step, slots={slot: value for slot, value in step.slots.items() if slot != "items"})


def _on(step: Step, there: KnownList | None) -> Step:
    return replace(step, slots={**step.slots, "list": there.name}) if there else step


def _talk(said: Understanding) -> ListTalk:
    """What was said of lists before."""
    lists, conversation = said.directory.lists(), said.conversation
    step = conversation.last.steps[-1] if conversation.last else None
    mention = latest(conversation, ("list",))
    behind = step is not None and VOCABULARY[step.action].family == "list"
    name = str(step.slots.get("list", "")) if step and behind else ""
    focus = named(name or (mention.name if mention else ""), lists) or (lists[0] if len(lists) == 1 else None)
    near = behind and focus is not None
    told: Slot = step.slots.get("items", ()) if step and near else ()
    rows = [dict(row) for row in told if isinstance(row, Mapping) and "item" in row]
    lone = near and len(rows) == 1 and conversation.last is not None and conversation.last.intent == "list.add"
    first = conversation.mentions[0].kind if conversation.mentions else ""
    spoken_of = focus if near or (first == "list" and not behind) else None
    return ListTalk(
        lists,
        spoken_of,
        step.action if step and near else "",
        rows,
        lone,
        None if spoken_of else focus,
        lambda text: _is_other(said, text),
    )


def _is_read(said: Understanding) -> bool:
    """Whether the sentence says all by itself."""
    command = said.read(said.text)
    if not command.steps or command.source != "template" or command.confidence < _PRECISE:
        return False
    lists = said.directory.lists()
    own = [step for step in command.steps if VOCABULARY[step.action].family == "list"]
    if not own and command.intent in _ELSEWHERE:
        return False  # "what's on the fair list now" asks for nothing of the calendar
    return all(named(str(step.slots.get("list", "")), lists) and not _holds_talk(step) for step in own)


def _holds_talk(step: Step) -> bool:
    """Whether one of its things is none: "those", "don't forget it"."""
    return any(POINTS.fullmatch(item) or no_thing(item) for item in _items(step))


def _items(step: Step) -> list[str]:
    rows = step.slots.get("items", ())
    return [str(row["item"]) for row in rows if isinstance(row, Mapping) and "item" in row]


def _is_other(said: Understanding, text: str) -> bool:
    """Whether words are surely a command about something else than lists."""
    command = said.read(text)
    others = [step for step in command.steps if VOCABULARY[step.action].family not in ("list", "control")]
    return bool(others) and command.confidence >= _SURELY_OTHER

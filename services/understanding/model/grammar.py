"""The language a model may answer in: actions of the vocabulary, or none, with slots copied from the sentence at hand.

An answer reads ` task.create|title campaign launch|when due friday; channel.assign^1|people sarah and mike`: steps,
each with the step that it waits for (counted from 1) and its slots in the order in which they are spoken. The GBNF
grammar is made for each sentence, so that a slot can hold nothing but words that stand side by side in it. Format:
llama.cpp's grammars/README.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from services.understanding.base import Slot, Step
from services.understanding.slots.amounts import amount_of, number_of
from services.understanding.slots.items import split_items
from services.understanding.slots.modifiers import split_names
from services.understanding.slots.readings import plain_time, understood
from services.understanding.vocabulary import VOCABULARY, Action, SlotKind
from services.understanding.when import find
from services.understanding.words import Word, split_words, spoken

NONE = "none"
SIGNS = frozenset("|;^")
"""What parts an answer: a word that holds one of them can't be copied."""
LONGEST_VALUE = 14
"""Words of one slot."""
_HEAD = re.compile(r" (?P<action>[a-z]+\.[a-z]+)(?:\^(?P<after>[1-9]))?")


def grammar_for(
    actions: Sequence[Action],
    words: Sequence[Word],
    *,
    or_none: bool = False,
    most_steps: int = 1,
    goes_on: bool = False,
) -> str:
    """GBNF for at most so many steps, each one of `actions` with slots made of `words`; with `or_none` also none. With
    `goes_on` they stand behind the steps of another sentence, and none is nothing more.
    """
    more = f' (";" step){{0,{most_steps - 1}}}' if most_steps > 1 else ""
    none, steps = ('""', '";" step') if goes_on else (_quoted(" " + NONE), "step")
    choices = [*([none] if or_none else []), *([f"{steps}{more}"] if actions else [])]
    lines = [f"root ::= ({' | '.join(choices)}) {_quoted(chr(10))}", _steps(actions, most_steps > 1)]
    lines += [f"words ::= {' | '.join(f'w{i}' for i in range(len(words)))}"]
    for i, word in enumerate(words):
        following = f" w{i + 1}?" if i + 1 < len(words) else ""
        lines.append(f"w{i} ::= {_quoted(' ' + word.text)}{following}")
    return "\n".join(lines)


def _steps(actions: Sequence[Action], after: bool) -> str:
    """The rule of a step. Any slot may be left out: what is not said is asked for."""
    wait = ' ("^" [1-8])?' if after else ""
    rows = []
    for action in actions:
        slots = " | ".join(f"{_quoted(f'|{slot}')} words" for slot in action.slots)
        rows.append(f"{_quoted(' ' + action.name)}{wait}{f' ({slots}){{0,{len(action.slots) + 1}}}' if slots else ''}")
    return f"step ::= {' | '.join(rows)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def answer_of(steps: Sequence[Step]) -> str:
    """Steps as an answer tells them, as far as their slots hold words."""
    return ";".join(f" {step.action}{''.join(_told(step))}" for step in steps)


def in_spoken_order(steps: Sequence[Step], words: Sequence[Word]) -> list[Step]:
    """The same steps, the slots of each in the order in which their words stand in the sentence; others behind."""

    def place(slot: tuple[str, Slot]) -> int:
        value = next(_texts(slot[1]), "").strip()
        return next((word.start for word in _occurrence(value, words)), len(words) and words[-1].end)

    return [replace(step, slots=dict(sorted(step.slots.items(), key=place))) for step in steps]


def _told(step: Step) -> Iterator[str]:
    for slot, value in step.slots.items():
        words = [word.text for word in split_words(" and ".join(_texts(value)))]
        told = " ".join(word for word in words if word.isprintable() and not SIGNS & set(word))
        if told:
            yield f"|{slot} {told}"


def _texts(value: Slot) -> Iterator[str]:
    """The words of a slot, whatever it holds: " two litres milk" of a row."""
    for each in [value] if isinstance(value, str) else value:
        yield each if isinstance(each, str) else " ".join(reversed([*each.values()]))


def read_answer(answer: str, text: str, today: date) -> tuple[Step, ...]:
    """The steps an answer stands for, their slots as spoken or in words that the actions know (slots/readings.py); none
    of them for none, or where one names no action or nobody can be sure what is meant.

    A value that does not occur in the sentence, or can't be what its slot stands for, is dropped; so a required slot
    may be missing.
    """
    words = split_words(text)
    said = [word.text for word in words]
    read: list[tuple[str, int, dict[str, Slot], dict[str, list[int]]]] = []
    for part in answer.rstrip("\n").split(";"):
        head, *fields = part.split("|")
        found = _HEAD.fullmatch(head)
        action = VOCABULARY.get(found["action"]) if found else None
        if not found or action is None:
            return ()
        read.append((action.name, int(found["after"] or 0), *_slots(action, fields, words, text, today)))
    told: set[int] = set()
    steps: list[Step] = []
    for at, (name, after, slots, places) in enumerate(read):
        if at + 1 < len(read) and _has_way_of(places, read[at + 1][3]):
            del slots["direction"], places["direction"]
        step = understood(Step(name, slots, after=(after - 1,) if 0 < after <= at else ()), said, places, told)
        if step is None:
            return ()
        steps.append(step)
        told |= {at for taken in places.values() for at in taken}
    return tuple(steps)


def _has_way_of(places: Mapping[str, Sequence[int]], following: Mapping[str, Sequence[int]]) -> bool:
    """Whether a step's last word says which way the next one goes: add Jim, drop Kate."""
    way = places.get("direction", ())
    others = [at for slot, taken in places.items() if slot != "direction" for at in taken]
    return bool(way) and way == following.get("direction") and all(at < way[0] for at in others)


def _slots(
    action: Action, fields: Sequence[str], words: Sequence[Word], text: str, today: date
) -> tuple[dict[str, Slot], dict[str, list[int]]]:
    """The slots of one step, and by slot where its words stand in the sentence."""
    slots: dict[str, Slot] = {}
    places: dict[str, list[int]] = {}
    starts = [word.start for word in words]
    for field in fields:
        slot, _, value = field.partition(" ")
        found = _without_possessive(_occurrence(value, words))
        kind = action.slots.get(slot)
        if kind is None or not found or len(found) > LONGEST_VALUE:
            continue
        said = next((said for said in _ways_said(action, slot, spoken(text, found)) if _fits(kind, said, today)), None)
        if said is None:
            continue
        told, before = _value(kind, found, said, text), slots.get(slot)
        if before is None:
            slots[slot] = told
        elif kind == "when" and isinstance(told, str):  # "tomorrow … at five" is told in two places
            slots[slot] = [*([before] if isinstance(before, str) else [str(each) for each in before]), told]
        places.setdefault(slot, []).extend(starts.index(word.start) for word in found)
    return slots, places


def is_complete(step: Step) -> bool:
    """Whether no required slot is missing."""
    return VOCABULARY[step.action].required <= set(step.slots)


def _occurrence(value: str, words: Sequence[Word]) -> list[Word]:
    """The words of the sentence that a value repeats; empty where it does not occur."""
    said = [word.text for word in split_words(value)]
    if not said:
        return []
    return next(
        (
            list(words[i : i + len(said)])
            for i in range(len(words))
            if [w.text for w in words[i : i + len(said)]] == said
        ),
        [],
    )


def _without_possessive(found: list[Word]) -> list[Word]:
    """Words can only be copied whole, but it is Anna whose tasks "Anna's tasks" are."""
    if found and found[-1].text.endswith("'s"):
        found[-1] = replace(found[-1], text=found[-1].text[:-2], end=found[-1].end - 2)
    return found


def _fits(kind: SlotKind, said: str, today: date) -> bool:
    """Whether words can be what a slot of this kind stands for."""
    match kind:
        case "when" | "duration":
            told = find(said, datetime.combine(today, time(12), tzinfo=UTC))
            return any(kind == "when" or found.kind == "duration" for found in told)
        case "number":
            return number_of(said) is not None
        case "amount":
            return amount_of(said) is not None
        case _:
            return True


def _ways_said(action: Action, slot: str, said: str) -> Sequence[str]:
    if action.slots[slot] not in ("when", "duration") or slot == "recurrence":
        return (said,)
    if action.family == "timer" and slot == "duration":
        bare = number_of(said) is not None
        return (said, plain_time(said), *([f"{said} minutes"] if bare else []))  # "and one for the pasta, twelve"
    by_clock = action.family in ("alarm", "meeting") or action.name.endswith(".update")
    return (said, plain_time(said, hour=by_clock and slot in ("when", "old_when")))


def _value(kind: SlotKind, words: Sequence[Word], said: str, text: str) -> Slot:
    match kind:
        case "items":
            return split_items(words, text)
        case "people" | "names":
            return [spoken(text, name) for name in split_names(words)]
        case _:
            return said

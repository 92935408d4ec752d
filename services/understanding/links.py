"""The steps of one command seen together. Pure.

What is told in passing becomes steps of its own, "it" is what was just said, and a step waits for what another one
makes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from services.store.base import all_rows, row_of
from services.understanding.base import Reference, Slot, Step
from services.understanding.retarget import retargeted
from services.understanding.vocabulary import VOCABULARY, EntityKind
from services.understanding.words import phrases

_IN_PASSING: Mapping[tuple[str, str], tuple[str, str]] = {("project.create", "channels"): ("channel.create", "name")}
"""A project with marketing and development channels: (action, slot) → what each of the slot's values makes."""

_IT = ("it", "this", "that", "them")
"""What stands for the last thing that was named, of any kind that fits."""
_WHOM = frozenset(("him", "her", "them"))
_THERE: Sequence[EntityKind] = ("channel", "list", "project")
"""What one puts things in."""
_DAY = (
    r"(?:(?:on |this |next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|today|the day after tomorrow)"
    r"(?: morning| afternoon| evening| night)?"
)
_DAY_AND_CLOCK = re.compile(rf"(?P<day>{_DAY}) at .+|at .+ (?P<after>{_DAY})", re.IGNORECASE)
_CLOCK = re.compile(r"at (?:(?!\b(?:tomorrow|today|next)\b|day\b).)+", re.IGNORECASE)
"""A time of day, and with its day."""
_NOTES = re.compile(r"(?:(?:all )?(?:my|our|the) |all )?notes")
_ALL_OF = phrases("""both | all | all of | both of | these | those | the two | all the | all three | all of the |
    both the | both of the""")


def link(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps of a command, complete and with what each waits for."""
    parts = [_in_passing(_in_notes(each)) for each in steps]
    begins = [sum(map(len, parts[:at])) for at in range(len(parts))]
    whole = [replace(step, after=tuple(begins[waited] for waited in step.after)) for part in parts for step in part]
    linked: list[Step] = []
    for step in whole:
        linked.append(_on_its_day(_resolved(step, linked), linked))
    return tuple(replace(step, priority=_priority(step), after=_after(i, linked)) for i, step in enumerate(linked))


def folded(steps: Sequence[Step]) -> tuple[Step, ...]:
    """What is told of a thing right after it was made belongs to its making: create the task, its priority is high."""
    found: list[Step] = []
    for step in steps:
        made = found[-1] if found else None
        more = _told_of(made, step) if made else None
        if made and more:
            found[-1] = replace(made, slots={**made.slots, **more})
        else:
            found.append(step)
    return tuple(found)


def _told_of(made: Step, step: Step) -> Mapping[str, Slot] | None:
    """What a change says of the thing that was just made; None where it is of another, or may not be said there."""
    making = VOCABULARY[made.action]
    if not making.makes or not made.action.endswith(".create") or step.action != f"{making.family}.update":
        return None
    about = VOCABULARY[step.action].subject or ""
    more = {slot: value for slot, value in step.slots.items() if slot != about}
    same = step.slots.get(about, "it") in ("it", "that", made.slots.get(making.subject or ""))
    return more if same and more and set(more) <= set(making.slots) - set(made.slots) else None


def _in_notes(step: Step) -> Step:
    """What is searched for in the notes alone is a question for notes: one of them may be deleted next."""
    if step.action != "search.query" or not {"kind", "text"} <= set(step.slots):
        return step
    if not _NOTES.fullmatch(str(step.slots["kind"]).lower()):
        return step
    rest = {slot: value for slot, value in step.slots.items() if slot not in ("kind", "text")}
    return replace(step, action="note.query", slots={"content": step.slots["text"], **rest})


def _in_passing(step: Step) -> list[Step]:
    for (action, slot), (makes, name) in _IN_PASSING.items():
        told = step.slots.get(slot)
        if step.action == action and isinstance(told, list | tuple):
            rest = {key: value for key, value in step.slots.items() if key != slot}
            return [
                replace(step, slots=rest),
                *(Step(makes, {name: str(each).removeprefix("one for ")}) for each in told),
            ]
    return [step]


def _resolved(step: Step, before: Sequence[Step]) -> Step:
    """The step with "it", "there" and "both channels" replaced by what they stand for in the same command."""
    step = _of_what_was_made(_of_people(step, before), before)
    action = VOCABULARY[step.action]
    slots: dict[str, Slot] = dict(step.slots)
    references = list(step.references)
    for slot, kinds in action.refers.items():
        told = slots.get(slot)
        words = (
            told if isinstance(told, str) else told[0] if told and len(told) == 1 and isinstance(told[0], str) else ""
        )
        if str(words).lower() in _WHOM and (whom := [each for other in before for each in _makes(other, kinds)]):
            references.append(Reference(slot, str(words), whom[-1][0], whom[-1][1], None, "context"))
            continue
        meant = _meant(str(words).lower(), kinds, before)
        if meant:
            slots[slot] = meant[0] if isinstance(told, str) else meant
            references += [Reference(slot, str(words), kinds[0], name, None, "command") for name in meant]
    subject = action.subject or ""
    kinds = action.refers.get(subject, ())
    if subject in action.required and subject not in slots and not {"person", "customer"} & set(kinds):
        # "Create a task to fix it, set the deadline to Friday": whose deadline goes without saying.
        meant = _meant("it", kinds, before)
        slots |= {subject: meant[0]} if meant else {}
        references += [Reference(subject, "", kinds[0], name, None, "command") for name in meant]
    return replace(step, slots=slots, references=tuple(references))


def _on_its_day(step: Step, before: Sequence[Step]) -> Step:
    """Remind me tomorrow at nine to call and at ten to write: both tomorrow."""
    told, first = step.slots.get("when"), before[-1].slots.get("when") if before else None
    if not (before and before[-1].action == step.action and step.action.endswith(".create")):
        return step
    if not (
        isinstance(told, str)
        and isinstance(first, str)
        and _CLOCK.fullmatch(told)
        and (day := _DAY_AND_CLOCK.fullmatch(first))
    ):
        return step
    return replace(step, slots={**step.slots, "when": f"{day['day'] or day['after']} {told}"})


def _of_people(step: Step, before: Sequence[Step]) -> Step:
    """Put Theo on the crane task and take Lars off it: what comes off the task just named are people, not items of a
    list, and the task is no channel. Where a list or a channel was named, too, it is that.
    """
    subject, slot = {"list.remove": ("list", "items"), "channel.assign": ("name", "people")}.get(step.action, ("", ""))
    told = step.slots.get(slot, ())
    if step.slots.get(subject) not in ("it", "that", "this") or not told or isinstance(told, str):
        return step
    spoken = [kind for other in before if not _ends(other) and (kind := VOCABULARY[other.action].kind)]
    listed = [each if isinstance(each, Mapping) else {"item": each} for each in told]
    own = "list" if step.action == "list.remove" else "channel"
    takes = _takes_people(spoken[-1]) if spoken and own not in spoken else None
    if takes is None or any("quantity" in each for each in listed):
        return step
    action, people, name = takes
    direction = "remove" if step.action == "list.remove" else step.slots.get("direction", "add")
    return replace(
        step, action=action, slots={people: [each["item"] for each in listed], "direction": direction, name: "it"}
    )


def _takes_people(kind: EntityKind) -> tuple[str, str, str] | None:
    """The action that puts people to a thing of this kind, and its slots for them and for the thing."""
    takes = (row for row in VOCABULARY.values() if row.kind == kind and row.slots.get(row.adds) == "people")
    return next(((row.name, row.adds, row.subject or "") for row in takes), None)


def _of_what_was_made(step: Step, before: Sequence[Step]) -> Step:
    """Empty the design channel and delete it: "it" is the channel, though the same words are said of tasks."""
    action = VOCABULARY[step.action]
    if not action.subject or step.slots.get(action.subject) not in ("it", "that", "this"):
        return step
    if action.alike == ("join",):
        return step  # who joins what: _of_people
    for kind, _ in reversed([each for other in before for each in named(other)]):
        if kind in action.refers.get(action.subject, ()):
            return step
        if other := retargeted(step, kind):
            return other
    return step


def _meant(words: str, kinds: Sequence[EntityKind], before: Sequence[Step]) -> list[str]:
    made = [(kind, str(name)) for step in before for kind, name in named(step) if kind in kinds]
    first, _, noun = words.rpartition(" ")
    if first in _ALL_OF and (several := _several().get(noun)):
        return list(dict.fromkeys(name for kind, name in made if kind == several))
    pointed = _THERE if words == "there" else (_one().get(words),)
    if words not in _IT and not set(pointed) & set(kinds):
        return []
    if words == "them" and "person" in kinds:
        people = [list(dict.fromkeys(name for kind, name in named(step) if kind == "person")) for step in before]
        # They are several: those named together last, else all that were named one by one.
        return next(
            (those for those in reversed(people) if len(those) > 1),
            list(dict.fromkeys(one for those in people for one in those)),
        )
    return [made[-1][1]] if made else []


def _makes(step: Step, kinds: Sequence[EntityKind]) -> list[tuple[EntityKind, str]]:
    """Whom a step makes: "new customer Albers, charge her 80"."""
    action = VOCABULARY[step.action]
    whom = action.makes in kinds and action.makes in ("person", "customer")
    return named(step)[:1] if whom else []


@cache
def _one() -> Mapping[str, EntityKind]:
    """The task, that channel: what stands for the last thing of a kind."""
    rows = [row for row in all_rows() if row.spoken]
    return {f"{which} {row.name}": row.name for row in rows for which in ("the", "that", "this")}


@cache
def _several() -> Mapping[str, EntityKind]:
    """What several things of a kind are called."""
    return {**{row.plural: row.name for row in all_rows() if row.spoken}, "people": "person"}


def named(step: Step) -> list[tuple[EntityKind, str]]:
    """What a step speaks of, by kind."""
    action = VOCABULARY[step.action]
    found: list[tuple[EntityKind, str]] = []
    if action.makes and action.subject and action.subject in step.slots:
        found.append((action.makes, str(step.slots[action.subject])))
    for slot, kinds in action.refers.items():
        told = step.slots.get(slot, ())
        found += [(kinds[0], str(each)) for each in ([told] if isinstance(told, str) else told)]
    return found


def _after(index: int, steps: Sequence[Step]) -> tuple[int, ...]:
    """The steps that make what this one names."""
    waits = set(steps[index].after)
    for slot, kinds in VOCABULARY[steps[index].action].refers.items():
        told = steps[index].slots.get(slot, ())
        for name in [told] if isinstance(told, str) else told:
            makes = [VOCABULARY[step.action].makes in kinds and _same(str(name), _subject(step)) for step in steps]
            earlier = [i for i in range(index) if makes[i]]
            later = [i for i in range(index + 1, len(steps)) if makes[i] and steps[i].action.endswith(".create")]
            if earlier:
                waits.add(earlier[-1])
            elif later and not makes[index] and not _ends(steps[index]):
                waits.add(later[0])
    if made := VOCABULARY[steps[index].action].makes:  # "delete the ops channel and create one called ops"
        waits |= {i for i in range(index) if _ends(steps[i]) and _speaks_of(steps[i], made, _subject(steps[index]))}
    return tuple(sorted(waits))


def _ends(step: Step) -> bool:
    """Whether it takes away what it names."""
    return step.action.endswith((".delete", ".cancel"))


def _speaks_of(step: Step, kind: EntityKind, name: str) -> bool:
    return any(each == kind and _same(told, name) for each, told in named(step))


def _subject(step: Step) -> str:
    return str(step.slots.get(VOCABULARY[step.action].subject or "", ""))


def _same(name: str, made: str) -> bool:
    """Whether a name means what a step makes: all its words are in that ("testing", "development testing")."""
    said, known = set(name.lower().split()) - {"the", "a", "task", "channel", "project"}, set(made.lower().split())
    return bool(said) and said <= known


def _priority(step: Step) -> int:
    action = VOCABULARY[step.action]
    if action.makes and row_of(action.makes).indexed:
        return 0
    return 2 if action.family in ("message", "report", "file") else 1

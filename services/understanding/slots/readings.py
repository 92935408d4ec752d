"""What a person says → the word that an action knows: "uninvite" → remove, "mothball" → archived, "reduce" → remove.

Templates give fixed words to the slots that say which way, in which state or how urgent; a language model can only copy
the words of the sentence. Here they become the same words. A word that stands in no table never means the usual: the
slot is left out where that is harmless or makes the action ask, and else nobody knows what is meant. Only words that
were copied are read so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from services.understanding.base import Slot, Step
from services.understanding.slots import synonyms
from services.understanding.words import word_set

Otherwise = Literal["unsure", "dropped", "kept"]
"""Of other words: nothing is done; the slot is left out; they stay for the action to look at."""

_FILLERS = word_set("a an the priority bit little touch tad lot much slightly please be being with as is set")
"""May stand at either end without changing what is meant."""
_NOT = word_set("not never cannot without")
_BETWEEN = word_set("a an the be been so that very really yet being")
"""May stand between a word and its "not"."""


@dataclass(frozen=True, slots=True)
class SlotReading:
    """How one slot is read."""

    words: Mapping[str, str]
    """By what is said (lower case, hyphens as spaces): the action's word, or "" to leave the slot out."""
    otherwise: Otherwise

    def of(self, said: str, before: Sequence[str] = ()) -> str | None:
        """The word that the action knows, empty where the slot is to be left out; None where nobody knows what is
        meant. `before`: the words of the sentence just before it, in lower case, for "not blocked" is not blocked.
        """
        plain = said.casefold().replace("’", "'").replace("-", " ").split()
        inside = 2 if plain[:2] == ["no", "longer"] else 1 if plain[:1] and _negates(plain[0]) else 0
        forms = [
            *_forms(plain, before),
            *(_forms(plain[inside:], plain[:inside]) if inside < len(plain) and not _turns(before) else ()),
        ]
        known = next((self.words[form] for form in forms if form in self.words), None)
        if known is not None:
            return known
        return None if self.otherwise == "unsure" else said if self.otherwise == "kept" else ""


def _forms(plain: Sequence[str], before: Sequence[str]) -> list[str]:
    """As it was said, then without what says nothing at its ends; behind a negation only with that."""
    bare = list(plain)
    while len(bare) > 1 and bare[0] in _FILLERS:
        bare.pop(0)
    while len(bare) > 1 and bare[-1] in _FILLERS:
        bare.pop()
    return [" ".join([*turned, *words]) for turned in _turned(before) for words in (plain, bare)]


def _turned(before: Sequence[str]) -> list[list[str]]:
    """What turns the following words round, as tables have it: no longer, not, less; one empty list for nothing."""
    rest = list(before)
    while rest and rest[-1] in _BETWEEN:
        rest.pop()
    if rest[-2:] == ["no", "longer"]:
        return [["no", "longer"], ["not"]]
    last = rest[-1] if rest else ""
    return [["not"]] if _negates(last) else [["less"]] if last == "less" else [["more"], []] if last == "more" else [[]]


def _turns(before: Sequence[str]) -> bool:
    return [] not in _turned(before)


def _negates(word: str) -> bool:
    return word in _NOT or word.replace("’", "'").endswith("n't")


def plain_time(said: str, *, hour: bool = False) -> str:
    """A time in words that the finder of times knows: without those that only tell it comes on top ("five more
    minutes", "at nine sharp"), and "at six" for "to six". With `hour` also for "six", which is a time only where it is
    known to be one.
    """
    words = [
        {"another": "one", "annual": "yearly"}.get(word, word)
        for word in said.casefold().split()
        if word not in _ON_TOP
    ]
    rest = words[1:] if words[:1] in (["for"], ["to"]) else words if hour else []
    return " ".join(["at", *rest] if _HOUR.fullmatch(" ".join(rest)) else words)


_ON_TOP = frozenset(("more", "extra", "sharp"))
_HOUR = re.compile(
    r"(?:(?:five|ten|twenty|twenty five|5|10|20|25) to"
    r" )?(?:1[0-2]|[1-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?: (?:ten|fifteen|twenty|thirty|forty|fifty)(?: five)?)?"
)

_ROWS: Sequence[tuple[Mapping[str, str], Otherwise, str]] = (
    (synonyms.TIMERS, "unsure", "timer.adjust.direction"),
    (synonyms.RINGS, "unsure", "alarm.update.direction reminder.update.direction"),
    (synonyms.MOVES, "unsure", "meeting.update.direction"),
    (synonyms.MEMBERS, "unsure", "channel.assign.direction task.assign.direction"),
    (synonyms.TAGS, "unsure", "task.update.direction"),
    (synonyms.WAITS, "unsure", "task.depend.direction"),
    (synonyms.LOUDNESS, "unsure", "control.volume.direction"),
    (synonyms.SOUNDS, "kept", "control.volume.sound"),
    (synonyms.WAYS, "unsure", "control.setup.way"),
    (synonyms.VITALS, "dropped", "device.query.what"),
    (synonyms.FIELDS, "kept", "contact.query.field"),
    (synonyms.REPORTS, "kept", "report.create.kind"),
    (synonyms.PLACES, "kept", "search.query.kind"),
    (synonyms.PRIVACY, "unsure", "channel.create.privacy project.create.privacy"),
    (synonyms.CHANNEL_STATES, "dropped", "channel.status.status"),
    (synonyms.PROJECT_STATES, "dropped", "project.update.status"),
    (synonyms.PROJECTS_ASKED, "dropped", "project.query.status"),
    (synonyms.TASK_STATES, "dropped", "task.create.status task.status.status task.update.status"),
    (synonyms.TASKS_ASKED, "dropped", "task.query.status"),
    (synonyms.TASKS_ASKED, "unsure", "task.delete.status"),
    (synonyms.RANKS, "dropped", "task.create.priority task.query.priority template.use.priority"),
    (synonyms.RANKS, "dropped", "reminder.create.priority"),
    (synonyms.RANKS_OR_STEPS, "dropped", "task.update.priority"),
    (synonyms.RANKS, "unsure", "task.delete.priority"),
    (synonyms.every("timers"), "kept", "timer.cancel.name timer.pause.name timer.resume.name"),
    (synonyms.every("alarms"), "kept", "alarm.cancel.name"),
    (synonyms.every("reminders"), "kept", "reminder.cancel.title"),
    (synonyms.every("channels"), "kept", "channel.status.name channel.delete.name"),
    (synonyms.every("routines"), "kept", "routine.delete.name"),
    (synonyms.ALL_NOTES, "kept", "note.delete.content"),
    (synonyms.every("jobs"), "kept", "job.cancel.name"),
)
READINGS: Mapping[tuple[str, str], SlotReading] = {
    (action, slot): SlotReading(said, otherwise)
    for said, otherwise, slots in _ROWS
    for action, _, slot in (each.rpartition(".") for each in slots.split())
}
"""By action and slot. What is in no row holds a name, words or a time, which the action looks up or keeps."""

_JOINERS = word_set("and then plus also but next after as oh")
_COMERS = SlotReading(synonyms.COMERS, "unsure")
_BOTH = SlotReading({}, "unsure")
_INSTEAD = SlotReading({}, "dropped")
_MEASURES: Mapping[str, str] = {"timer.adjust": "duration", "control.volume": "level", "meeting.update": "duration"}
"""Slots that tell the new measure itself where they stand behind "to": down to five minutes."""

_LEAVING = word_set("remove kick boot ban expel eject uninvite unassign leaves leaving longer revoke exclude")
_AGAINST: Mapping[tuple[str, str], frozenset[str]] = {
    ("meeting.update", "attendees"): _LEAVING | {"disinvite", "can't", "won't", "cannot"},
    ("channel.assign", "people"): _LEAVING,
    ("task.assign", "assignees"): _LEAVING,
    ("task.update", "tags"): word_set("untag unlabel remove"),
    ("task.depend", "blocked_by"): word_set("longer unlink decouple disconnect"),
    ("task.depend", "blocks"): word_set("longer unlink decouple disconnect"),
}
"""By action and slot: words of the sentence that speak against the direction meant without one."""
_HINTS: Mapping[str, Mapping[str, str]] = {
    "timer.adjust": synonyms.TIMER_HINTS,
    "alarm.update": synonyms.RING_HINTS,
    "reminder.update": synonyms.RING_HINTS,
    "meeting.update": synonyms.MOVE_HINTS,
}
"""By action: verbs and the like that tell which way a duration goes where no slot does."""


def understood(
    step: Step, said: Sequence[str], places: Mapping[str, Sequence[int]], told: Collection[int] = ()
) -> Step | None:
    """The step in the words that its action knows; None where nobody can be sure what is meant. `said`: the words of
    the sentence, in lower case; `places`: by slot, where its words stand among them; `told`: where those of the steps
    before it stand.
    """
    slots: dict[str, Slot] = {}
    for slot, value in step.slots.items():
        reading = _reading(step, slot)
        if reading is None or not isinstance(value, str):
            slots[slot] = value
            continue
        known = reading.of(value, said[: places[slot][0]])
        if known is None:
            return None
        slots |= {slot: known} if known else {}
    free = _free(said, places, told)
    if "direction" not in slots and "old_assignees" not in slots:
        if any(set(free.split()) & _AGAINST.get((step.action, slot), frozenset()) for slot in step.slots):
            return None
        ways = {way for hint, way in _HINTS.get(step.action, {}).items() if "duration" in slots and f" {hint} " in free}
        if "when" in slots:  # moved to that time: the duration is how long it is then
            ways -= {"later", "earlier"}
        if len(ways) > 1:
            return None
        if ways:
            slots["direction"] = ways.pop()
    return replace(step, slots=_measured(step.action, slots, said, places))


def _measured(
    action: str, slots: dict[str, Slot], said: Sequence[str], places: Mapping[str, Sequence[int]]
) -> dict[str, Slot]:
    """Down to five minutes: behind "to" stands the new measure itself; a meeting then has no direction."""
    if action in _MEASURES and (at := places.get(_MEASURES[action])) and said[: at[0]][-1:] == ["to"]:
        if action != "meeting.update":
            return {**slots, "direction": "to"}
        return {
            slot: value
            for slot, value in slots.items()
            if (slot, value) not in (("direction", "longer"), ("direction", "shorter"))
        }
    return slots


def _reading(step: Step, slot: str) -> SlotReading | None:
    """Of a meeting either who comes or when it is changes; which of them a direction is about can't be told where both
    do. Somebody instead of somebody else is no direction.
    """
    if (step.action, slot) == ("meeting.update", "direction") and "attendees" in step.slots:
        return _BOTH if "duration" in step.slots else _COMERS
    if (step.action, slot) == ("task.assign", "direction") and "old_assignees" in step.slots:
        return _INSTEAD
    return READINGS.get((step.action, slot))


def _free(said: Sequence[str], places: Mapping[str, Sequence[int]], told: Collection[int]) -> str:
    """The words that no slot holds, a stroke for those that one does; of other steps neither what stands before nor,
    once all slots of this one are told, what follows an "and".
    """
    held = {at for taken in places.values() for at in taken}
    first, last = max((at + 1 for at in told), default=0), max(held, default=0)
    end = next((at for at in range(last + 1, len(said)) if said[at] in _JOINERS), len(said))
    return f" {' '.join('|' if at in held else said[at] for at in range(min(first, last), end))} "

"""What a reading of a sentence is worth: whether it does what is asked, and nothing else.

The rule is the project's: right where some accepted action is among the steps and no other step writes; where nothing
is asked, no steps. Exact is more: the same actions in the same order, each with the words of its slots.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.understanding.words import split_words

_READS = frozenset("query balance history help repeat volume mute unmute stop cancel undo confirm deny".split())  # noqa: SIM905
_HARMLESS = frozenset(("control", "datetime", "device"))
_SAME: Mapping[str, str] = {
    "alarm.create": "reminder.create",
    "alarm.query": "reminder.query",
    "alarm.cancel": "reminder.cancel",
    "alarm.update": "reminder.update",
    "task.status": "task.complete",
    "control.unmute": "control.mute",
}
"""Actions of which one is as good as the other."""
_SMALL = frozenset(
    "a an the my to of and on at in for by this due channel list task timer alarm project routine priority customer"  # noqa: SIM905 - reads better so
    " account".split()
)
"""Words that a value may have or lack."""
_PLAIN = ["meeting"]
"""A title that says no more than the action."""
_PRONOUNS = frozenset("it them her him she he they his their its that this there me both".split())  # noqa: SIM905

Steps = Sequence[Mapping[str, Any]]
"""action, slots and after, as training.measures.evaluate writes them."""


@dataclass(frozen=True, slots=True)
class Score:
    """What one reading is worth."""

    right: bool
    actions: bool
    """Exactly the actions that are asked for, in their order."""
    exact: bool
    """And their slots."""
    wrong_write: bool
    declined: bool


def writes(action: str) -> bool:
    """Whether it changes something that should not be changed by mistake."""
    family, _, verb = action.partition(".")
    return family not in _HARMLESS and verb not in _READS


def score(example: Mapping[str, Any], steps: Steps) -> Score:
    """`example`: an Example as JSON, slots as pairs."""
    wanted = [each["action"] for each in example["steps"]]
    accepted = {_SAME.get(action, action) for action in (*wanted, *example["accept"])}
    found = [each["action"] for each in steps]
    known = [_SAME.get(action, action) for action in found]
    bad = any(writes(action) and action not in accepted for action in known)
    nothing = not found and (not wanted or "none" in accepted)
    right = nothing or (not bad and any(action in accepted for action in known))
    actions = nothing or (right and (found == wanted or (not example["whole"] and len(found) == 1)))
    exact = nothing or (
        actions and bool(example["whole"]) and all(_slots_fit(example, at, step) for at, step in enumerate(steps))
    )
    return Score(right, actions, exact, bad, not found)


def _slots_fit(example: Mapping[str, Any], at: int, step: Mapping[str, Any]) -> bool:
    """Whether a step has the slots it should. What it took from a step before, and what no words of the sentence say,
    it may have too.

    Templates put some words as the action knows them ("louder" is up), so that a direction is not compared."""
    wanted: dict[str, str] = {}
    for slot, words in example["steps"][at]["slots"]:
        wanted[slot] = f"{wanted.get(slot, '')} {words}"
    before = [_bag(words) for earlier in example["steps"][:at] for _, words in earlier["slots"]]
    said = set(_bag(example["sentence"]))
    told = {slot: _bag(" ".join(flat(value))) for slot, value in step["slots"].items()}
    asked = {slot: _bag(words) for slot, words in wanted.items()}
    return all(
        _fits(told.get(slot, []), bag, before) or (slot in told and not set(told[slot]) <= said) or slot == "direction"
        for slot, bag in asked.items()
    ) and all(
        bag in (*before, _PLAIN) or not set(bag) <= said
        for slot, bag in told.items()
        if slot not in asked and slot != "direction"
    )


def _fits(found: list[str], wanted: list[str], before: Sequence[list[str]]) -> bool:
    """Whether words are those that are wanted, or stand for them."""
    stands_for = set(wanted) <= _PRONOUNS and (not found or found in before or set(found) <= _PRONOUNS)
    return found == wanted or stands_for or (wanted == _PLAIN and not found)


def flat(value: object) -> Iterator[str]:
    """All words of a slot."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from flat(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from flat(each)
    else:
        yield str(value)


def _bag(words: str) -> list[str]:
    found = (word.text.removesuffix("'s").removesuffix("'") for word in split_words(words))
    return sorted(word for word in found if word not in _SMALL) or sorted(word.text for word in split_words(words))

"""What may be taught: a sentence not understood or taken back, then said in other words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.insight.base import TurnEntry
from services.understanding.sentences.lessons import words_of

WITHIN = timedelta(minutes=1)
"""From one sentence to the next of whoever says it again."""
_UNDO = ("control.undo",)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody said `sentence` and then, in other words, `meaning`, which was done."""

    sentence: str
    meaning: str
    actions: tuple[str, ...]
    taken_back: bool
    """The first was understood, but not as it was meant."""


def proposals(entries: Iterable[TurnEntry]) -> list[Proposal]:
    """Of turns in the order of their times; each sentence once, as it was meant the last time."""
    of_client: dict[str, list[TurnEntry]] = {}
    found: dict[tuple[str, ...], Proposal] = {}
    for entry in entries:
        if entry.result == "silent":
            continue
        before = of_client.setdefault(entry.client, [])
        if before and entry.at - before[-1].at > WITHIN:
            before.clear()
        if proposal := _said_again(before, entry):
            found.pop(words_of(proposal.sentence), None)
            found[words_of(proposal.sentence)] = proposal
        before.append(entry)
    return list(found.values())


def _said_again(before: Sequence[TurnEntry], entry: TurnEntry) -> Proposal | None:
    if not before or entry.result != "done" or not entry.text or _moves_only(entry):
        return None
    first = before[-1]
    taken_back = first.actions == _UNDO and len(before) > 1
    if taken_back:
        first = before[-2]
    missed = first.result == "done" and not _moves_only(first) if taken_back else first.result == "unclear"
    if not missed or not first.text or words_of(first.text) in ((), words_of(entry.text)):
        return None
    return Proposal(first.text, entry.text, entry.actions, taken_back)


def _moves_only(entry: TurnEntry) -> bool:
    """Whether it is about the appliance or the command before: yes, no, stop, undo."""
    return all(action.startswith("control.") for action in entry.actions)

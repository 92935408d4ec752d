"""Where templates and the language model differ: whether the model need be asked, and which of the two is believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.understanding.base import VOCABULARY, Command, Step
from services.understanding.links import link
from services.understanding.model.base import Guess
from services.understanding.sentences.split import SentenceReading
from services.understanding.vocabulary import UNLEARNT, UNLEARNT_ACTIONS
from services.understanding.words import Word, word_set

SURE = 0.9
"""A model's reading that is so sure needs no second one."""
_SURER = 0.7
"""So sure of one other action, a model is right more often than a template that fits; of several at once."""
_SURE_OF_NONE, _SURER_OF_NONE = 0.5, 0.8
"""So sure that nothing is asked, it is believed against a precise template that writes free words; and others."""
SHORT = 6
"""Words of one command that a precise template reads alone. Of more the model often enough finds something else."""
SETTLED = word_set("alarm.create alarm.cancel list.add list.remove reminder.cancel")
"""Writes with free words that precise templates read so surely that no model is asked (training.measures.settled)."""
_FEW = 2
"""Words of a thing that is surely one."""
_CHANGING = word_set("instead rather earlier later longer shorter more additional extra again")
"""Said of what exists already: a template that makes something new of it may be wrong, even without free words."""
_WHOLE = ("all", "all of them", "both", "everything")
"""No free words, in whichever slot: "cancel all timers"."""
_DISPUTED = 0.55
"""How sure a command is where the model disagrees, but not surely: either is right as often."""


def is_plain(text: str, read: SentenceReading, said: Sequence[Sequence[Word]]) -> bool:
    """Whether the model can add nothing: no free words, one short command that asks or is settled, or what it never
    learnt.
    """
    makes = any(step.action.endswith((".create", ".start")) for step in read.steps)
    if read.precise and all(map(_is_unlearnt, read.steps)):
        return True
    if not read.precise or (makes and not _CHANGING.isdisjoint(text.lower().split())):
        return False
    short = len(read.steps) == 1 and (sum(map(len, said)) <= SHORT or _names_things(read.steps[0]))
    if short and all(value in _WHOLE for value in read.steps[0].slots.values()):
        return True
    return not read.has_free_words or (short and (read.steps[0].action in SETTLED or not _writes(read.steps)))


def _names_things(step: Step) -> bool:
    """Whether it names things of a few words and the list they are for: however many there are, nothing else is said
    in between.
    """
    things = [str(row.get("item", "")).split() for row in step.slots.get("items", ()) if isinstance(row, Mapping)]
    return "list" in step.slots and bool(things) and all(len(thing) <= _FEW for thing in things)


def _is_unlearnt(step: Step) -> bool:
    return step.action in UNLEARNT_ACTIONS or VOCABULARY[step.action].family in UNLEARNT


def agreed(told: Command, read: SentenceReading, guess: Guess | None) -> Command:
    """What the templates read (`told`, made of `read`), unless the model is sure of something else, or that it is
    nothing. Where it only thinks of something else, what would be written is disputed.
    """
    if guess is None or alike(guess, told) or _has_lost_some(guess, told, read) or _reminds_the_wrong_one(guess, told):
        return told
    if len(guess.steps) < 2 and guess.confidence < _needed(guess, told, read):
        sure = min(told.confidence, _DISPUTED)
        return replace(told, confidence=sure, disputed=True) if _writes(told.steps) else told
    return Command(told.text, link(guess.steps), guess.confidence, "model" if guess.steps else "none")


def alike(guess: Guess, told: Command) -> bool:
    """Whether both found the same actions."""
    return [step.action for step in guess.steps] == [step.action for step in told.steps]


def _needed(guess: Guess, told: Command, read: SentenceReading) -> float:
    """How sure the model has to be of one action, or of none, to be believed."""
    if guess.steps:
        return _SURER
    return _SURE_OF_NONE if read.precise and read.has_free_words and _writes(told.steps) else _SURER_OF_NONE


def _has_lost_some(guess: Guess, told: Command, read: SentenceReading) -> bool:
    """Whether the model finds fewer commands than the templates, or no words for a slot where these do ("cancel the
    second task" is more than "cancel"). A command that only a broad template reads may be none, where the model is sure
    of the others.
    """
    empty = guess.steps and not any(step.slots for step in guess.steps)
    if empty and read.precise and any(step.slots for step in told.steps):
        return True
    sure = guess.steps and guess.confidence >= SURE
    doubtful = sum(len(match.steps) for match in read.matches if match.loose) if sure else 0
    return max(1, len(guess.steps)) < len(told.steps) - doubtful


def _reminds_the_wrong_one(guess: Guess, told: Command) -> bool:
    """ "Tell them to leave at quarter past eleven" reminds nobody here."""
    says = any(step.action == "message.send" and step.slots.get("recipients") for step in told.steps)
    return says and "remind" not in told.text.lower() and [step.action for step in guess.steps] == ["reminder.create"]


def _writes(steps: Sequence[Step]) -> bool:
    return any(VOCABULARY[step.action].writes for step in steps)

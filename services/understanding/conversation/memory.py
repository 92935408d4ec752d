"""What a conversation remembers: what was spoken of, the last command, what was asked. Pure values; the clock is passed in.

A conversation belongs to one client (the microphone, an MQTT client, the console). It is forgotten five minutes after its last turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.understanding.base import Command, Reference, Step
from services.understanding.linking import named
from services.understanding.names.base import Entity

LIFE = timedelta(minutes=5)
MOST_TURNS = 50
_MOST_MENTIONS = 30
FOCUS_SCORE = 0.85
"""How surely a customer must have been named to stay the one that is meant."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that was spoken of."""

    kind: str
    name: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and the command that waits for the answer."""

    kind: Literal["slot", "which", "confirm"]
    """slot: words are missing. which: several fit. confirm: yes or no."""
    command: Command
    asked: str
    """The question, as it was said."""
    candidates: tuple[Entity, ...] = ()
    """For which: what it may be, in the order they were said."""
    reference: Reference | None = None
    """For which: the slot and the words that several fit."""
    first: tuple[Step, ...] = ()
    """For confirm: what a yes does before the command ("shall I create it?")."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said between one client and the appliance."""

    mentions: tuple[Mention, ...] = ()
    """The latest first."""
    listed: tuple[Mention, ...] = ()
    """What the last answer told of, in its order: "the second one"."""
    last: Command | None = None
    """The last command that did or asked something."""
    last_when: datetime | None = None
    """The instant it spoke of."""
    customer: Mention | None = None
    """The customer in focus."""
    question: Question | None = None
    turns: int = 0
    touched: datetime | None = None


def alive(conversation: Conversation, now: datetime) -> Conversation:
    """The conversation, or a new one if it has grown old."""
    touched = conversation.touched
    if touched is None or (timedelta(0) <= now - touched < LIFE and conversation.turns < MOST_TURNS):
        return conversation
    return Conversation()


def asked(conversation: Conversation, question: Question, now: datetime) -> Conversation:
    """The conversation with a question open."""
    return replace(conversation, question=replace(question, at=now), touched=now, turns=conversation.turns + 1)


def remembered(
    conversation: Conversation, command: Command, about: Sequence[Sequence[Mention]], now: datetime, when: datetime | None = None
) -> Conversation:
    """The conversation after a command was carried out. `about`: for each step, what it wrote or told of; `when`: the instant spoken of."""
    mentions: list[Mention] = []
    listed: tuple[Mention, ...] = ()
    customer = conversation.customer
    for step, things in zip(command.steps, about, strict=True):
        spoken_of = [*things[:1], *(Mention(ref.kind, ref.name, ref.id) for ref in step.references if ref.kind != "time")]
        known = {(mention.kind, mention.name) for mention in spoken_of}
        spoken_of += [Mention(kind, name) for kind, name in named(step) if (kind, name) not in known]
        mentions = [*spoken_of, *things[1:], *mentions]
        listed = tuple(things) or listed
        customer = _focus(step, customer)
    kept = dict.fromkeys([*mentions, *conversation.mentions])
    does = any(not step.action.startswith("control.") for step in command.steps)
    undone = any(step.action == "control.undo" for step in command.steps)
    return Conversation(
        mentions=tuple(kept)[:_MOST_MENTIONS],
        listed=listed or conversation.listed,
        last=command if does else None if undone else conversation.last,
        last_when=when or conversation.last_when,
        customer=customer,
        turns=conversation.turns + 1,
        touched=now,
    )


def _focus(step: Step, before: Mention | None) -> Mention | None:
    named_ones = [ref for ref in step.references if ref.kind == "customer" and ref.score >= FOCUS_SCORE]
    return Mention("customer", named_ones[-1].name, named_ones[-1].id) if named_ones else before


def latest(conversation: Conversation, kinds: Sequence[str]) -> Mention | None:
    """What of these kinds was spoken of last."""
    return next((mention for mention in conversation.mentions if mention.kind in kinds), None)

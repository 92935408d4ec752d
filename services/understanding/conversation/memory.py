"""What a conversation remembers: what was spoken of, the last command, what was asked. Pure values; the clock is passed
in.

A conversation belongs to one client (the microphone, an MQTT client, the console). It is forgotten five minutes after
its last turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.understanding.base import Command, Reference, Step
from services.understanding.links import named
from services.understanding.names.base import Entity
from services.understanding.vocabulary import VOCABULARY

_UNDO = "control.undo"
LIFE = timedelta(minutes=5)
ANSWER_WITHIN = timedelta(minutes=1)
"""How long a question of ours stays open."""
WORDS_WITHIN = timedelta(minutes=2)
"""The same of one for a name or other words: what comes late is no yes to something else."""
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
class PendingQuestion:
    """What was asked, and the command that waits for the answer."""

    kind: Literal["slot", "which", "confirm", "speaker", "code"]
    """slot: words are missing. which: several fit. confirm: yes or no. speaker: who gave the command. code: the spoken
    one, for a command that is confirmed.
    """
    command: Command
    asked: str
    """The question, as it was said."""
    candidates: tuple[Entity, ...] = ()
    """For which: what it may be, in the order they were said."""
    reference: Reference | None = None
    """For which: the slot and the words that several fit."""
    first: tuple[Step, ...] = ()
    """For confirm: what a yes does before the command ("shall I create it?")."""
    slot: str = ""
    """For slot: which one, where its words were not understood."""
    again: bool = False
    """It was said a second time, behind words that were no answer."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said between one client and the appliance."""

    mentions: tuple[Mention, ...] = ()
    """The latest first."""
    heard: tuple[Mention, ...] = ()
    """Who was named, the latest first: also in what was not understood, and in replies."""
    listed: tuple[Mention, ...] = ()
    """What the last answer told of, in its order: "the second one"."""
    last: Command | None = None
    """The last command that did or asked something, or was refused."""
    done: bool = True
    """It was not refused."""
    written: tuple[tuple[str, str], ...] = ()
    """(kind, id) of each document it changed."""
    asked: Command | None = None
    """The last question of theirs that was answered."""
    made: Command | None = None
    """The last command that made something, as it was put right since: what "another one" is like."""
    sent: Step | None = None
    """The last message to somebody: "tell Ruth the same", "has she answered"."""
    last_when: datetime | None = None
    """The instant it spoke of."""
    customer: Mention | None = None
    """The customer in focus."""
    question: PendingQuestion | None = None
    reply: str = ""
    """What was said last, for who asks to hear it again."""
    tuned: Step | None = None
    """The last change of the volume, if nothing else was done since: "a bit more"."""
    declined: str = ""
    """What was asked for last, if nobody here can do it: what "it" is in "remind me to do it myself"."""
    deed: str = ""
    """What was said of the last command that wrote, or tried to: "what did I just add"."""
    earlier: Conversation | None = None
    """As it was before what was said last; that one knows of none before it."""
    turns: int = 0
    touched: datetime | None = None


def alive(conversation: Conversation, now: datetime) -> Conversation:
    """The conversation as it is now: a new one if it has grown old, without a question that was asked too long ago."""
    touched, question = conversation.touched, conversation.question
    if touched is not None and not (timedelta(0) <= now - touched < LIFE and conversation.turns < MOST_TURNS):
        return Conversation()
    within = ANSWER_WITHIN if question and question.kind in ("confirm", "speaker") else WORDS_WITHIN
    if question and question.at and not timedelta(0) <= now - question.at < within:
        return replace(conversation, question=None)
    return conversation


def behind(conversation: Conversation, earlier: Conversation) -> Conversation:
    """The conversation, and as it was before."""
    return replace(conversation, earlier=replace(earlier, earlier=None))


def asked(conversation: Conversation, question: PendingQuestion, now: datetime) -> Conversation:
    """The conversation with a question open."""
    return replace(conversation, question=replace(question, at=now), touched=now, turns=conversation.turns + 1)


def remembered(
    conversation: Conversation,
    command: Command,
    about: Sequence[Sequence[Mention]],
    now: datetime,
    *,
    when: datetime | None = None,
    written: Sequence[tuple[str, str]] = (),
) -> Conversation:
    """The conversation after a command was carried out.

    `about`: for each step, what it wrote or told of; `when`: the instant spoken of; `written`: the documents it
    changed.
    """
    mentions: list[Mention] = []
    customer = conversation.customer
    for step, things in zip(command.steps, about, strict=True):
        if step.action != _UNDO:
            mentions = [*_spoken_of(step, things), *mentions]
            customer = _focus(step, things, customer)
    told = tuple(thing for things in about for thing in things)
    one_of_them = len(told) == 1 and told[0] in conversation.listed
    asks = not any(VOCABULARY[step.action].writes for step in command.steps)
    undoes = any(step.action == _UNDO for step in command.steps)
    undone = _unmade(conversation) if undoes else set()
    kept = dict.fromkeys([*mentions, *(each for each in conversation.mentions if each.id not in undone)])
    after = replace(
        _turned(conversation, now),
        mentions=tuple(kept)[:_MOST_MENTIONS],
        listed=told if len(told) > 1 or (told and asks and not one_of_them) else conversation.listed,
        last_when=when or conversation.last_when,
        customer=customer,
        tuned=next((step for step in command.steps if step.action == "control.volume"), None),
    )
    if done := _without_undo(command):
        return replace(
            after,
            last=done,
            done=True,
            written=tuple(written),
            asked=done if asks else conversation.asked,
            made=_made(done, conversation.made),
            sent=next((step for step in reversed(done.steps) if step.action == "message.send"), conversation.sent),
        )
    return replace(after, last=None, written=()) if undoes else after


def _unmade(conversation: Conversation) -> set[str]:
    """What is gone when the last command is taken back: what it had made. What it had changed is still there."""
    made = {VOCABULARY[step.action].makes for step in conversation.last.steps} if conversation.last else set()
    return {id_ for kind, id_ in conversation.written if kind in made}


def same_talk(before: Conversation, now: Conversation) -> bool:
    """Whether no other command was said meanwhile, but for what is about the appliance itself and its jobs."""
    return before.last is now.last and before.question is now.question


def mentioned(
    conversation: Conversation, command: Command, about: Sequence[Sequence[Mention]], now: datetime
) -> Conversation:
    """The conversation after a command done beside it: only what that was about is now spoken of last."""
    mentions: list[Mention] = []
    for step, things in zip(command.steps, about, strict=True):
        mentions = [*_spoken_of(step, things), *mentions]
    kept = dict.fromkeys([*mentions, *conversation.mentions])
    return replace(conversation, mentions=tuple(kept)[:_MOST_MENTIONS], touched=now)


def _made(done: Command, before: Command | None) -> Command | None:
    """What was made last; what was changed of it counts as if it had been told at once."""
    if VOCABULARY[done.steps[-1].action].makes:
        return done
    step, made = done.steps[-1], before.steps[-1] if before else None
    if before is None or made is None or step.action != VOCABULARY[made.action].corrected_by:
        return before
    action = VOCABULARY[made.action]
    slots = {slot: value for slot, value in step.slots.items() if slot in action.slots and slot != action.subject}
    references = (
        *(ref for ref in made.references if ref.slot not in slots),
        *(ref for ref in step.references if ref.slot in slots),
    )
    return replace(
        before, steps=(*before.steps[:-1], replace(made, slots={**made.slots, **slots}, references=references))
    )


def refused(conversation: Conversation, command: Command, now: datetime) -> Conversation:
    """The conversation after a command that could not be done: "no, Anna" then asks for it otherwise."""
    after = _turned(conversation, now)
    tried = _without_undo(command)
    return replace(after, last=tried, done=False, written=()) if tried else after


def _turned(conversation: Conversation, now: datetime) -> Conversation:
    return replace(conversation, question=None, touched=now, turns=conversation.turns + 1)


def _without_undo(command: Command) -> Command | None:
    """The command without its undo; None where it is only about the appliance itself."""
    if all(step.action.startswith(("control.", "job.")) for step in command.steps):
        return None
    if command.steps[0].action != _UNDO:
        return command
    steps = (replace(step, after=tuple(index - 1 for index in step.after if index)) for step in command.steps[1:])
    return replace(command, steps=tuple(steps))


def _spoken_of(step: Step, things: Sequence[Mention]) -> list[Mention]:
    """What a step was about, then what else it names."""
    spoken_of = [*things[:1], *(Mention(ref.kind, ref.name, ref.id) for ref in step.references if ref.kind != "time")]
    known = {mention.name for mention in spoken_of} | {ref.words for ref in step.references}
    missing = "meeting" if step.action == "meeting.query" and not things else ""  # asked about, and not there
    named_only = [Mention(kind, name) for kind, name in named(step) if name not in known and kind != missing]
    return [*spoken_of, *named_only, *things[1:]]


def _focus(step: Step, things: Sequence[Mention], before: Mention | None) -> Mention | None:
    """The customer that was named surely, or made, or is the one that an answer about accounts told of."""
    named_ones = [
        Mention(ref.kind, ref.name, ref.id)
        for ref in step.references
        if ref.kind == "customer" and ref.score >= FOCUS_SCORE
    ]
    told = [thing for thing in things if thing.kind == "customer"]
    action = VOCABULARY[step.action]
    unnamed = action.family in ("ledger", "customer") and not any(ref.kind == "customer" for ref in step.references)
    made = told if action.makes or (unnamed and len(told) == 1) else []
    return next(reversed([*named_ones, *made]), before)


def latest(conversation: Conversation, kinds: Sequence[str]) -> Mention | None:
    """What of these kinds was spoken of last."""
    return next((mention for mention in conversation.mentions if mention.kind in kinds), None)

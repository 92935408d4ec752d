"""The order in which an utterance is understood.

The first stage of FINDING that finds the command decides; then each of COMPLETING works on that command. The order is
the meaning: what could be an answer is one, before it is looked at as a command of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from services.understanding.base import Command, Parser
from services.understanding.conversation.memory import Conversation
from services.understanding.stages.alone import ALONE
from services.understanding.stages.anchors import anchors
from services.understanding.stages.another import another
from services.understanding.stages.answer import answer
from services.understanding.stages.base import Stage, Understanding, first, unread
from services.understanding.stages.correction import correction, denial
from services.understanding.stages.meeting import cried_off, meeting
from services.understanding.stages.more import more
from services.understanding.stages.names import names
from services.understanding.stages.pronouns import pronouns
from services.understanding.stages.repetition import continuation, repetition
from services.understanding.stages.short import addition, inheritance, shorthand


def told(said: Understanding) -> Understanding | None:
    """A program told its steps; nothing is read from words."""
    return said.found(said.told)


def sureness(said: Understanding) -> Understanding:
    """A command is only as sure as its words were heard, and as the command it leans on."""
    command, heard = said.command, said.confidence
    if said.leans in ("question", "command"):
        sure = heard if command.confirmed else min(command.confidence, heard)
    else:
        sure = command.confidence * heard
    return replace(said, command=replace(command, confidence=round(sure, 3)))


FINDING: Sequence[Stage] = (
    answer,  # to our question
    told,
    meeting,  # "get Uwe in there, and half an hour is plenty"
    cried_off,  # "Weiss have cried off"
    another,  # "another one at half past"
    correction,  # "no, on Tuesday"
    repetition,  # "another one for Anna"
    more,  # of the last answer
    shorthand,  # what means something else behind a command than alone: "cancel that"
    *ALONE,  # a command by itself
    denial,  # a command behind a "no"
    continuation,  # "and bread", "what about tomorrow?", "no, oat milk"
    addition,  # "invite Anna too"
)
COMPLETING: Sequence[Callable[[Understanding], Understanding]] = (inheritance, pronouns, anchors, names, sureness)


def understood(said: Understanding) -> Understanding:
    """The utterance with its command, which has no steps where it is none for us."""
    found = first(FINDING, said) or replace(said, command=unread(said.text))
    for stage in COMPLETING:
        found = stage(found)
    return found


def reading(parser: Parser, conversation: Conversation, now: datetime) -> Callable[[str], Command]:
    """Reads texts of one utterance, each once (Understanding.read): several stages may ask what the same words mean."""
    focus = conversation.customer or next(iter(conversation.mentions), None)
    known: dict[str, Command] = {}

    def read(text: str) -> Command:
        if text not in known:
            known[text] = parser.parse(text, now=now, focus=focus.name if focus else "")
        return known[text]

    return read

"""Who speaks, as the voice and what was said of it tell; and what is asked where that is unsure and matters."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.actions.people.speaker import personal
from services.actions.policy.code import MASK
from services.actions.policy.policy import Policy
from services.actions.policy.voices import VoiceClient, voice_of
from services.understanding.conversation.memory import LIFE, Conversation, PendingQuestion
from services.understanding.names.base import Entity
from services.understanding.reserved import reserved, yes_or_no
from services.understanding.stages.base import Understanding
from services.understanding.words import split_words, word_set
from services.voiceprints.base import Who

MAYBE = 0.15
"""Probability from which it may be somebody; and from which it may be nobody who is enrolled."""
NOBODY = 0.8
"""From this probability on it is surely nobody who is enrolled."""
_STRANGER = ""
CODE = "code"
"""The stage of what answers the question for the spoken code."""
SPEAKER = "speaker"
"""The stage of a command that waited to be told who gave it."""


@dataclass(frozen=True, slots=True)
class HeardSpeaker:
    """Who gives a command."""

    by: str = ""
    """The voice at a client (services.actions.policy.voices); empty: voices are not told apart."""
    maybe: tuple[str, ...] = ()
    """Where that is not sure: whose voice it may be, the likeliest first; the empty name is nobody who is enrolled."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Who somebody said they are, or who surely spoke last."""

    name: str
    at: datetime


class Speakers:
    """Remembers for as long as a conversation who told that it is they. Safe to use from several threads."""

    def __init__(self, policy: Policy | None = None) -> None:
        """`policy`: who may do what; None: everybody may everything."""
        self._policy = policy
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}
        self._waiting: dict[str, Understanding] = {}
        """By client: the command that waits to be told who gave it."""

    def of(self, client: str, who: Who | None, now: datetime) -> HeardSpeaker:
        """Who speaks at a client. An unsure voice is theirs who spoke before, where it takes them for the likeliest."""
        if who is None:
            return HeardSpeaker()
        speaker = speaker_of(client, who)
        with self._lock:
            before = self._known.get(client)
            before = before if before and now - before.at < LIFE else None
            if before and (speaker.maybe[:1] == (before.name,) or not who.likely):
                speaker = HeardSpeaker(VoiceClient(client, before.name).caller)
            voice = voice_of(speaker.by)
            if voice and voice.sure and who.likely:
                self._known[client] = _Known(voice.name, now)
        return speaker

    def asks(self, said: Understanding) -> PendingQuestion | None:
        """ "Is that Anna?" The command waits for the answer; None where it does not matter who speaks, or is known."""
        if not self._matters(said):
            return None
        with self._lock:
            self._waiting[said.client] = said
        names = [name for name in said.maybe if name]
        candidates = tuple(Entity("person", "", name) for name in names)
        return PendingQuestion("speaker", said.command, f"Is that {names[0]}?", candidates)

    def answered(
        self, text: str, conversation: Conversation, client: str, speaker: HeardSpeaker, now: datetime
    ) -> Understanding | None:
        """The command that waits to be told who gave it, or for the spoken code; None where the text tells neither."""
        question = conversation.question
        if question is not None and question.kind == "speaker":
            found = self._told(text, question, client, speaker, now)
            return found and replace(found, text=text, conversation=conversation)
        if question is not None and question.kind == "code" and text == MASK:
            said = Understanding(text, now, conversation, client, speaker.by, speaker.maybe)
            return replace(said, command=question.command, stage=CODE)
        return None

    def prove(self, said: Understanding) -> bool:
        """Whether it is the spoken code, and the right one; each is taken once."""
        code = self._policy.code if self._policy else None
        return said.stage == CODE and code is not None and code.taken(said.client) is True

    def _matters(self, said: Understanding) -> bool:
        """Whether it has to be known who speaks, and is not."""
        command, callers = said.command, [VoiceClient(said.client, name).caller for name in said.maybe]
        if not callers or not command.steps:
            return False
        return personal(command) or (self._policy is not None and self._policy.depends(command, callers))

    def _told(
        self, text: str, question: PendingQuestion, client: str, speaker: HeardSpeaker, now: datetime
    ) -> Understanding | None:
        """The command that waited, from whoever the answer says; a voice that is surely somebody's is believed more
        than the words.
        """
        with self._lock:
            waiting = self._waiting.get(client)
        if waiting is None or waiting.command is not question.command:
            return None
        told = _told(text, [each.name for each in question.candidates], waiting.maybe)
        if told is None:
            return None
        waiting = replace(waiting, now=now, leans="question", stage=SPEAKER)
        if speaker.by and not speaker.maybe:
            return replace(waiting, by=speaker.by, maybe=())
        if isinstance(told, tuple):
            return replace(waiting, by=VoiceClient(client, told[0], sure=False).caller, maybe=told)
        return replace(waiting, by=VoiceClient(client, told).caller, maybe=())

    def learn(self, said: Understanding) -> None:
        """Somebody has told who speaks: they go on doing so in this conversation."""
        voice = voice_of(said.by)
        if voice and not said.maybe:
            with self._lock:
                self._known[said.client] = _Known(voice.name, said.now)


def speaker_of(client: str, who: Who) -> HeardSpeaker:
    """Who that is: somebody for sure, or those that it may be."""
    nobody = max(0.0, 1.0 - sum(share for _, share in who.likely))
    if who.name is not None or nobody >= NOBODY:
        return HeardSpeaker(VoiceClient(client, who.name or _STRANGER).caller)
    shares = sorted([*who.likely, (_STRANGER, nobody)], key=lambda each: -each[1])
    maybe = tuple(name for name, share in shares if share >= MAYBE)
    if not any(maybe):
        return HeardSpeaker(VoiceClient(client).caller)
    return HeardSpeaker(VoiceClient(client, maybe[0], sure=False).caller, maybe)


_SAYS = word_set("yes yeah no nope it it's its is i'm i am this that's that me my name here speaking the one")
"""Words around a name that somebody says theirs is."""
_ENDS = ("control.cancel", "control.stop")
"""A no to the command, and none to who it is."""
_NOBODY_OF_THEM = re.compile(r"(?:no )?(?:nobody|no one|none of (?:them|these|you)|neither|(?:somebody|someone) else)")


def _told(text: str, names: Sequence[str], maybe: Sequence[str]) -> str | tuple[str, ...] | None:
    """Who it is by the answer to "Is that Anna?", with the empty name for nobody of them; or who it may be yet; None
    where it is no answer.
    """
    words = [word.text for word in split_words(text)]
    if _NOBODY_OF_THEM.fullmatch(" ".join(words)):
        return _STRANGER
    for name in names:
        parts = name.casefold().split()
        if parts[0] in words and all(word in _SAYS or word in parts for word in words):
            return name
    said, step = yes_or_no(text), reserved(text)
    if said is None or (step and step.action in _ENDS):
        return None
    if said:
        return names[0]
    rest = tuple(name for name in maybe if name not in (names[0], _STRANGER))
    return (*rest, _STRANGER) if rest else _STRANGER

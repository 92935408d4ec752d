"""From a text to what was done and what is said of it. Runs on the act threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from device import dialogue
from firmware.errors import ExpectedError
from services.actions import doubt
from services.actions.base import Outcome, Reply
from services.actions.doubt import Verdict
from services.understanding import naming
from services.understanding.base import Command, Parser
from services.understanding.conversation import anchors, changes, pronouns
from services.understanding.conversation.memory import Conversation, Mention, Question, alive, asked, remembered
from services.understanding.names.base import Ambiguous
from services.understanding.names.names import Names
from services.understanding.when import House, find

ANSWER_WITHIN = timedelta(minutes=1)
"""How long a question of ours stays open."""
_HELD_BACK = ("control.deny", "control.cancel", "control.stop")


class Executes(Protocol):
    """What the responder needs of services.actions.executor."""

    def run(self, command: Command, *, now: datetime, client: str) -> tuple[tuple[Outcome, ...], Reply]:
        """Carry out the command in one transaction, then word the reply."""


@dataclass(frozen=True, slots=True)
class Response:
    """A command and all that came of it."""

    command: Command
    outcomes: tuple[Outcome, ...]
    reply: Reply


class Responder:
    """Parses, resolves what the words lean on, asks where there is doubt, else executes. Safe to use from several threads."""

    def __init__(
        self,
        parser: Parser,
        executor: Executes,
        now: Callable[[], datetime],
        *,
        names: Callable[[], Names] = Names,
        house: House | None = None,
    ) -> None:
        """`names` are those of the store as they are now; `house`: what times mean here, None: the usual."""
        self._parser = parser
        self._executor = executor
        self._now = now
        self._names = names
        self._house = house or House()
        self._conversations: dict[str, Conversation] = {}
        self._lock = threading.Lock()

    def understand(self, text: str, *, client: str, confidence: float = 1.0) -> Command:
        """The command of a text, with what it refers to. `confidence` is the recogniser's: a command is only as sure as its words.

        An answer to a question of ours completes the command that was asked about; "no, Tuesday" puts the last one right.
        """
        now = self._now()
        conversation = self._conversation(client, now)
        command = self._answer(conversation.question, text, now) or self._change(conversation, text, now)
        command = command or self._parsed(text, conversation, now)
        command = anchors.anchored(pronouns.resolved(command, conversation), conversation, now, self._house)
        command, _ = naming.resolve(command, self._names(), _near(conversation))
        return replace(command, confidence=round(command.confidence * confidence, 3))

    def carry_out(self, command: Command, *, client: str) -> Response:
        """Ask where there is doubt, else execute; an expected failure (full disk, store held) becomes the reply.

        Answered only after the commit.
        """
        now = self._now()
        conversation = self._conversation(client, now)
        if conversation.question and command.intent in _HELD_BACK:
            return self._dropped(command, conversation, client)
        verdict = self._verdict(command, conversation)
        if isinstance(verdict, Question):
            return self._asked(verdict, client, now)
        if verdict is Verdict.REPEAT:
            words = f"I'm not sure I heard that right: “{command.text}” Nothing was done; please say it again."
            return _refused(command, words, "doubtful")
        try:
            outcomes, reply = self._executor.run(command, now=now, client=client)
        except ExpectedError as error:
            return _refused(command, str(error), error.code)
        done = bool(command.steps) and all(outcome.ok for outcome in outcomes)
        if reply.awaits:
            self._keep(client, asked(conversation, dialogue.asked_back(command, outcomes, reply.text), now))
        elif done:
            self._keep(client, self._remembered(conversation, command, outcomes, now))
            if verdict is Verdict.TELL and not command.confirmed and doubt.can_be_undone(command):
                reply = replace(reply, text=f"{reply.text} {doubt.UNDOABLE}.")
        return Response(command, outcomes, reply)

    def respond(self, text: str, *, client: str, confidence: float = 1.0) -> Response:
        """Understand, then carry out."""
        return self.carry_out(self.understand(text, client=client, confidence=confidence), client=client)

    def _conversation(self, client: str, now: datetime) -> Conversation:
        with self._lock:
            conversation = alive(self._conversations.get(client, Conversation()), now)
        question = conversation.question
        if question and question.at and now - question.at >= ANSWER_WITHIN:
            conversation = replace(conversation, question=None)
        return conversation

    def _keep(self, client: str, conversation: Conversation) -> None:
        with self._lock:
            self._conversations[client] = conversation

    def _answer(self, question: Question | None, text: str, now: datetime) -> Command | None:
        """The command that a question of ours was about, with the answer in it."""
        if question is None:
            return None
        found = dialogue.answered(question, text, self._parser, now)
        return found or changes.amended(text, question.command, now=now, is_name=self._names().is_name)

    def _parsed(self, text: str, conversation: Conversation, now: datetime) -> Command:
        focus = conversation.customer or next(iter(conversation.mentions), None)
        command = self._parser.parse(text, now=now, focus=focus.name if focus else "")
        return command if command.steps else changes.continued(text, conversation) or command

    def _change(self, conversation: Conversation, text: str, now: datetime) -> Command | None:
        is_name = self._names().is_name
        return changes.corrected(text, conversation, now=now, is_name=is_name) or changes.repeated(
            text, conversation, now=now, is_name=is_name
        )

    def _verdict(self, command: Command, conversation: Conversation) -> Question | Verdict:
        """What has to be asked before the command is carried out, or else what the doubt says."""
        verdict = doubt.verdict(command)
        if verdict is Verdict.REPEAT:
            return verdict
        if open_one := pronouns.pointing(command):
            return dialogue.pronoun(command, open_one[1], open_one[2], open_one[0])
        _, doubtful = naming.resolve(command, self._names(), _near(conversation))
        for each in doubtful:
            if isinstance(each.resolved, Ambiguous):
                return dialogue.which(command, each, each.resolved)
        if question := dialogue.unknown(command, doubtful):
            return question
        return dialogue.confirm(command) if verdict is Verdict.ASK and not command.confirmed else verdict

    def _asked(self, question: Question, client: str, now: datetime) -> Response:
        self._keep(client, asked(self._conversation(client, now), question, now))
        outcomes = tuple(Outcome(step.action, ok=False, words="", code="asked") for step in question.command.steps)
        return Response(question.command, outcomes, Reply(question.asked, awaits=True))

    def _dropped(self, command: Command, conversation: Conversation, client: str) -> Response:
        """A no to our question."""
        self._keep(client, replace(conversation, question=None))
        words = "All right, nothing was done."
        return Response(command, tuple(Outcome(step.action, True, words) for step in command.steps), Reply(words))

    def _remembered(self, conversation: Conversation, command: Command, outcomes: Sequence[Outcome], now: datetime) -> Conversation:
        about = [[Mention(kind, name, id_) for kind, id_, name in outcome.about] for outcome in outcomes]
        said = next(
            (str(step.slots[slot]) for step in reversed(command.steps) for slot in ("when", "recurrence") if slot in step.slots), ""
        )
        found = find(said, now, self._house) if said else []
        return remembered(conversation, command, about, now, found[0].start if found else None)


def _near(conversation: Conversation) -> tuple[str, ...]:
    return tuple(mention.id for mention in conversation.mentions if mention.id)


def _refused(command: Command, words: str, code: str) -> Response:
    steps = command.steps
    outcomes = tuple(Outcome(step.action, ok=False, words=words, code=code) for step in steps) or (Outcome("none", False, words, code),)
    return Response(command, outcomes, Reply(words))

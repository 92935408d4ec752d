"""From a text to what was done and what is said of it. Runs on the act threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from device import dialogue
from firmware.errors import ExpectedError
from services.actions import doubt
from services.actions.base import Outcome, Reply
from services.actions.doubt import Verdict
from services.understanding import naming
from services.understanding.base import Command, Parser
from services.understanding.conversation import anchors, changes, paging, pronouns, short
from services.understanding.conversation.conversations import Conversations
from services.understanding.conversation.memory import Conversation, Mention, Question, asked, refused, remembered
from services.understanding.names.base import Ambiguous
from services.understanding.names.names import Names
from services.understanding.when import House, find

UNDOABLE = f"{doubt.UNDOABLE}."
UNSURE = "I'm not sure I heard that right. Nothing was done; please say it again."
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
        self._conversations = Conversations()

    @contextmanager
    def turn(self, client: str) -> Iterator[None]:
        """One turn of this client at a time: a second yes must not be an answer to the question that the first one has answered.

        To be held around `understand` and `carry_out`; each holds it by itself, too.
        """
        with self._conversations.turn(client):
            yield

    def understand(self, text: str, *, client: str, confidence: float = 1.0) -> Command:
        """The command of a text, with what it refers to. `confidence` is the recogniser's: a command is only as sure as its words.

        An answer to a question of ours completes the command that was asked about; "no, Tuesday" puts the last one right.
        """
        now = self._now()
        with self.turn(client):
            conversation = self._conversations.of(client, now)
        leaning = self._answer(conversation.question, text, now) or self._change(conversation, text, now)
        command = leaning or self._parsed(text, conversation, now)
        sure = _as_sure(command, confidence) if leaning else command.confidence * confidence
        command = anchors.anchored(pronouns.resolved(command, conversation), conversation, now, self._house)
        command, _ = naming.resolve(command, self._names(), _near(conversation))
        return replace(command, confidence=round(sure, 3))

    def carry_out(self, command: Command, *, client: str) -> Response:
        """Ask where there is doubt, else execute; an expected failure (full disk, store held) becomes the reply.

        Answered only after the commit.
        """
        now = self._now()
        with self.turn(client):
            conversation = self._conversations.of(client, now)
            response, after = self._carried_out(command, conversation, client, now)
            self._conversations.keep(client, after)
        return response

    def respond(self, text: str, *, client: str, confidence: float = 1.0) -> Response:
        """Understand, then carry out."""
        with self.turn(client):
            return self.carry_out(self.understand(text, client=client, confidence=confidence), client=client)

    def _carried_out(self, command: Command, conversation: Conversation, client: str, now: datetime) -> tuple[Response, Conversation]:
        """The response, and the conversation after it."""
        if conversation.question and command.intent in _HELD_BACK:
            return _dropped(command), replace(conversation, question=None, touched=now)
        if command.intent == "control.deny" and conversation.written:
            return Response(command, (Outcome("control.deny", True, UNDOABLE),), Reply(UNDOABLE)), conversation
        verdict = self._verdict(command, conversation)
        if isinstance(verdict, Question):
            return _asked(verdict), asked(conversation, verdict, now)
        if verdict is Verdict.REPEAT:
            return _unclear(_refused(command, UNSURE, "doubtful"), conversation, now)
        return self._executed(command, conversation, client, now, tell_undo=verdict is Verdict.TELL and not command.confirmed)

    def _executed(
        self, command: Command, conversation: Conversation, client: str, now: datetime, *, tell_undo: bool
    ) -> tuple[Response, Conversation]:
        try:
            outcomes, reply = self._executor.run(command, now=now, client=client)
        except ExpectedError as error:
            return _refused(command, str(error), error.code), refused(conversation, command, now)
        response = Response(command, outcomes, reply)
        if not command.steps:
            return _unclear(response, conversation, now)
        if reply.awaits:
            return response, asked(conversation, dialogue.asked_back(command, outcomes, reply.text), now)
        if not any(outcome.ok for outcome in outcomes):
            return response, refused(conversation, command, now)
        if tell_undo and doubt.can_be_undone(command):
            response = replace(response, reply=replace(reply, text=f"{reply.text} {doubt.UNDOABLE}."))
        return response, self._remembered(conversation, command, outcomes, now)

    def _answer(self, question: Question | None, text: str, now: datetime) -> Command | None:
        """The command that a question of ours was about, with the answer in it."""
        if question is None:
            return None
        names = self._names()
        return changes.amended(text, question.command, now=now, names=names) or dialogue.answered(question, text, self._parser, now, names)

    def _change(self, conversation: Conversation, text: str, now: datetime) -> Command | None:
        names = self._names()
        return changes.corrected(text, conversation, now=now, names=names) or changes.repeated(text, conversation, now=now, names=names)

    def _parsed(self, text: str, conversation: Conversation, now: datetime) -> Command:
        if command := paging.more(text, conversation) or short.preferred(text, conversation):
            return command
        focus = conversation.customer or next(iter(conversation.mentions), None)
        named = focus.name if focus else ""
        command = self._parser.parse(text, now=now, focus=named)
        if command.steps:
            return short.inherited(command, conversation)
        rest = changes.behind_a_no(text) if conversation.last else None
        if rest and (command := self._parser.parse(rest, now=now, focus=named)).steps:
            return changes.otherwise(replace(command, text=text), conversation)
        names = self._names()
        found = changes.continued(text, conversation, now=now, names=names) or short.understood(text, conversation, now=now, names=names)
        return found or Command(text, (), 0.0, "none")

    def _verdict(self, command: Command, conversation: Conversation) -> Question | Verdict:
        """What has to be asked before the command is carried out, or else what the doubt says."""
        verdict = doubt.verdict(command)
        if verdict is Verdict.REPEAT:
            return verdict
        if question := dialogue.gone(command):
            return question
        if open_one := pronouns.pointing(command):
            return dialogue.pronoun(command, open_one[1], open_one[2], open_one[0])
        _, doubtful = naming.resolve(command, self._names(), _near(conversation))
        for each in doubtful:
            if isinstance(each.resolved, Ambiguous):
                return dialogue.which(command, each, each.resolved)
        if question := dialogue.unknown(command, doubtful):
            return question
        return dialogue.confirm(command) if verdict is Verdict.ASK and not command.confirmed else verdict

    def _remembered(self, conversation: Conversation, command: Command, outcomes: Sequence[Outcome], now: datetime) -> Conversation:
        about = [[Mention(kind, name, id_) for kind, id_, name in outcome.about] for outcome in outcomes]
        said = next(
            (str(step.slots[slot]) for step in reversed(command.steps) for slot in ("when", "recurrence") if slot in step.slots), ""
        )
        found = find(said, now, self._house) if said else []
        written = [each for outcome in outcomes for each in outcome.changed]
        return remembered(conversation, command, about, now, when=(found[0].start or found[0].end) if found else None, written=written)


def _near(conversation: Conversation) -> tuple[str, ...]:
    return tuple(mention.id for mention in conversation.mentions if mention.id)


def _as_sure(command: Command, heard: float) -> float:
    """How sure a command is that leans on an earlier one: a yes needs to be heard, all else can't be surer than what it leans on."""
    return heard if command.confirmed else min(command.confidence, heard)


def _asked(question: Question) -> Response:
    outcomes = tuple(Outcome(step.action, ok=False, words="", code="asked") for step in question.command.steps)
    return Response(question.command, outcomes, Reply(question.asked, awaits=True))


def _dropped(command: Command) -> Response:
    """A no to our question."""
    words = "All right, nothing was done."
    return Response(command, tuple(Outcome(step.action, True, words) for step in command.steps), Reply(words))


def _unclear(response: Response, conversation: Conversation, now: datetime) -> tuple[Response, Conversation]:
    """Words that were not understood. An open question is put once more, so that what the room says does not end a dialogue."""
    question = conversation.question
    if question is None or question.again:
        return response, conversation
    reply = Reply(f"{response.reply.text} {question.asked}", awaits=True)
    return replace(response, reply=reply), asked(conversation, replace(question, again=True), now)


def _refused(command: Command, words: str, code: str) -> Response:
    steps = command.steps
    outcomes = tuple(Outcome(step.action, ok=False, words=words, code=code) for step in steps) or (Outcome("none", False, words, code),)
    return Response(command, outcomes, Reply(words))

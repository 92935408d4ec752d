"""From a text to what was done and what is said of it. Runs on the act threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from device.commands import questions
from device.commands.directory import turn_of
from device.commands.speakers import CODE, SPEAKER, Speakers
from device.commands.unexecuted import UNDOABLE, at_once, dropped, instead, not_done, unclear, with_question
from firmware.errors import ExpectedError
from services.actions.base import Outcome, Refused, Response, refusal
from services.actions.execution import doubt
from services.actions.execution.doubt import Decision
from services.actions.execution.progress import Report, never, nobody
from services.actions.home.converse import NOT_UNDERSTOOD
from services.actions.policy.policy import Policy
from services.actions.policy.roles import identity_of
from services.actions.wording import sentence
from services.understanding.base import VOCABULARY, Command, Parser
from services.understanding.breaths import unbroken
from services.understanding.cannot import cannot
from services.understanding.conversation.changes import resumed
from services.understanding.conversation.conversations import Conversations
from services.understanding.conversation.memory import (
    Conversation,
    Mention,
    PendingQuestion,
    asked,
    behind,
    mentioned,
    refused,
    remembered,
    same_talk,
)
from services.understanding.conversation.people import with_people
from services.understanding.names.base import Ambiguous
from services.understanding.stages.base import Directory, Understanding, unread
from services.understanding.stages.order import reading, reading_behind, understood
from services.understanding.stages.pronouns import pointing
from services.understanding.texting import spelled_out
from services.understanding.when import House, find
from services.voiceprints.base import Who

UNSURE = "I'm not sure I heard that right. Nothing was done; please say it again."
_HELD_BACK = ("control.deny", "control.cancel", "control.stop")


class Executes(Protocol):
    """What the responder needs of services.actions.execution.executor."""

    def run(
        self,
        command: Command,
        *,
        now: datetime,
        client: str,
        id: str = "",
        key: str = "",
        proven: bool = False,
        progress: Report = nobody,
        cancelled: Callable[[], bool] = never,
    ) -> Response:
        """Carry out the command in one transaction, with its key, then word the reply."""

    def foreseen(self, command: Command, *, now: datetime, client: str) -> Response | None:
        """What `run` would answer, of which nothing is kept; None where that can't be told."""


@dataclass(frozen=True, slots=True)
class Going:
    """A command that nothing stands against; to be executed."""

    command: Command
    client: str
    tell_undo: bool
    before: Conversation
    """As it was when it was said."""
    text: str
    """What was said."""
    caller: str
    """As whom: the client, or the voice at it."""
    proven: bool = False
    """The spoken code was said for it."""


class Responder:
    """Has an utterance understood, asks where there is doubt, else executes. Safe to use from several threads."""

    def __init__(
        self,
        parser: Parser,
        executor: Executes,
        now: Callable[[], datetime],
        *,
        directory: Directory | None = None,
        refresh: Callable[[], None] = lambda: None,
        house: House | None = None,
        policy: Policy | None = None,
    ) -> None:
        """`directory`: the names of the store; `refresh` reads routines anew whose files have changed; `house`: what
        times mean here, None: the usual; `policy`: who may do what.
        """
        self._parser = parser
        self._executor = executor
        self._now = now
        self._directory = directory or Directory()
        self._refresh = refresh
        self._house = house or House()
        self._policy = policy
        self._speakers = Speakers(policy)
        self._conversations = Conversations(identity_of)

    @contextmanager
    def turn(self, client: str) -> Iterator[None]:
        """One turn of this client at a time, so that a second yes does not answer what the first one has answered. Hold
        it around `understand` and `carry_out`; each holds it by itself, too.
        """
        with self._conversations.turn(client), turn_of(client):
            yield

    def understand(
        self,
        text: str,
        *,
        client: str,
        confidence: float = 1.0,
        late: bool = False,
        resumes: bool = False,
        command: Command | None = None,
        who: Who | None = None,
    ) -> Understanding:
        """What is said, with its command and what that refers to. `confidence` is the recogniser's. `late`: others were
        said since, so it is no answer. `resumes`: all of what was said last, and more. `command`: told step by step, so
        not read from the text. `who`: whose voice it was, where voices are told apart. A text too long for this client
        is not parsed.
        """
        now = self._now()
        with self.turn(client):
            conversation = self._conversations.of(client, now)
        speaker = self._speakers.of(client, who, now)
        if late:
            conversation = replace(conversation, question=None)
        elif command is None and (answered := self._speakers.answered(text, conversation, client, speaker, now)):
            return answered
        # As if what was said last had not been said, for it was the beginning of this.
        earlier = conversation.earlier if resumes else None
        full = spelled_out(text)
        said = Understanding(
            full,
            now,
            earlier or conversation,
            client,
            speaker.by,
            speaker.maybe,
            confidence=confidence,
            late=late,
            told=command,
            house=self._house,
        )
        said = self._read(said, text)
        if earlier is None:
            return said
        said = self._unbroken(said, text)
        return replace(said, command=resumed(said.command, conversation) or unread(text), conversation=conversation)

    def _unbroken(self, said: Understanding, text: str) -> Understanding:
        """What it means in one sentence, where a recogniser ended one at a pause, and not every part is a command."""
        whole = unbroken(text)
        parts = 1 + text.rstrip(".!?").count(". ")
        if whole == text or len(said.command.steps) >= parts:
            return said
        read = self._read(replace(said, text=spelled_out(whole)), whole)
        return read if read.command.steps and read.command.confidence >= said.command.confidence else said

    def _read(self, said: Understanding, text: str) -> Understanding:
        now, conversation = said.now, said.conversation
        if self._policy and not self._policy.hears(text, said.caller):
            return replace(said, command=unread(text))
        with turn_of(said.caller):
            if said.told is None:
                self._refresh()
            said = replace(
                said,
                names=self._directory.names(),
                directory=self._directory,
                read=reading(self._parser, conversation, now),
                read_plainly=reading(self._parser, conversation, now, plainly=True),
                read_behind=reading_behind(self._parser, conversation, now),
            )
            return understood(said)

    def carry_out(self, said: Understanding, *, key: str = "") -> Response:
        """Ask where there is doubt, else execute; an expected failure (full disk, store held) becomes the reply. After
        the commit the store knows the `key`.
        """
        with self.turn(said.client):
            decided = self.decided(said)
            return self.executed(decided, key=key) if isinstance(decided, Going) else decided

    def foreseen(self, said: Understanding) -> str:
        """What would be answered, as things are now; nothing comes of it. Empty where that can't be told."""
        now = self._now()
        with self.turn(said.client):
            conversation = self._conversations.of(said.client, now)
        verdict = _verdict(said)
        if isinstance(verdict, PendingQuestion):
            return verdict.asked
        if verdict is Decision.REPEAT or said.stage in (SPEAKER, CODE) or at_once(said, conversation, now):
            return ""
        response = self._executor.foreseen(said.command, now=now, client=said.caller)
        tell_undo = verdict is Decision.TELL and not said.command.confirmed
        going = Going(said.command, said.client, tell_undo, conversation, said.text, said.caller)
        return _with_undo(response, going).reply.text if response else ""

    def respond(self, text: str, *, client: str, confidence: float = 1.0, who: Who | None = None) -> Response:
        """Understand, then carry out."""
        with self.turn(client):
            return self.carry_out(self.understand(text, client=client, confidence=confidence, who=who))

    def decided(self, said: Understanding) -> Response | Going:
        """Ask where in doubt, drop what a no answers, else execute. A question asked since it was said stays open."""
        now = self._now()
        if said.stage == SPEAKER:
            self._speakers.learn(said)
        with self.turn(said.client):
            conversation = self._conversations.of(said.client, now)
            before = replace(conversation, question=None) if said.late else conversation
            decided, after = self._decided(said, before, now)
            if said.late and conversation.question:
                return replace(decided, reply=instead(decided.reply)) if isinstance(decided, Response) else decided
            after = behind(after, conversation)
            self._conversations.keep(
                said.client, self._saying(after, decided, said.text) if isinstance(decided, Response) else after
            )
        return decided

    def _decided(
        self, said: Understanding, conversation: Conversation, now: datetime
    ) -> tuple[Response | Going, Conversation]:
        """What is to be done, and the conversation after it is said."""
        command = said.command
        if conversation.question and command.intent in _HELD_BACK:
            return dropped(command), replace(conversation, question=None, touched=now)
        if done := at_once(said, conversation, now) or self._barred(said, conversation, now):
            return done
        verdict = _verdict(said)
        if isinstance(verdict, PendingQuestion):
            return with_question(verdict), asked(conversation, verdict, now)
        if verdict is Decision.REPEAT:
            return unclear(refusal(command, UNSURE, "doubtful"), conversation, now)
        tell_undo = verdict is Decision.TELL and not command.confirmed
        before = replace(conversation, question=None) if command.steps else conversation
        return Going(
            command, said.client, tell_undo, before, said.text, said.caller, self._speakers.prove(said)
        ), before

    def _barred(
        self, said: Understanding, conversation: Conversation, now: datetime
    ) -> tuple[Response, Conversation] | None:
        """What stands against it, whatever it is: that nobody knows who speaks, or that they may not."""
        if question := self._speakers.asks(said):
            return with_question(question), asked(conversation, question, now)
        denied = self._denied(said.command, said.caller, now)
        return (denied, refused(conversation, said.command, now)) if denied else None

    def executed(
        self,
        going: Going,
        *,
        id: str = "",
        key: str = "",
        progress: Report = nobody,
        cancelled: Callable[[], bool] = never,
    ) -> Response:
        """Carry it out and remember it; the store knows the `key` from then on. Outside its conversation's turn: where
        others came meanwhile, only what it was about is added to the conversation as they left it.
        """
        now = self._now()
        command = going.command
        try:
            with turn_of(going.caller):
                response = self._executor.run(
                    command,
                    now=now,
                    client=going.caller,
                    id=id,
                    key=key,
                    proven=going.proven,
                    progress=progress,
                    cancelled=cancelled,
                )
        except ExpectedError as error:
            response = refusal(command, str(error), error.code)
        now = self._now()
        with self.turn(going.client):
            conversation = self._conversations.of(going.client, now)
            if same_talk(going.before, conversation):
                response, after = self._settled(going, response, conversation, now)
            else:
                response, after = self._joined(going, response, conversation, now)
            self._conversations.keep(going.client, self._saying(after, response, going.text))
        return response

    def _settled(
        self, going: Going, response: Response, conversation: Conversation, now: datetime
    ) -> tuple[Response, Conversation]:
        """The response, and the conversation after it."""
        command, outcomes = going.command, response.outcomes
        if not command.steps or any(outcome.code == NOT_UNDERSTOOD for outcome in outcomes):
            response = replace(response, command=replace(command, steps=(), confidence=0.0), outcomes=())
            return not_done(response, conversation, now, at_home=self._directory.connected())
        if response.reply.awaits:
            if any(outcome.ok for outcome in outcomes):
                conversation = self._remembered(conversation, command, outcomes, now)
            return response, asked(conversation, questions.asked_back(response), now)
        if not any(outcome.ok for outcome in outcomes):
            return response, refused(conversation, command, now)
        return _with_undo(response, going), self._remembered(conversation, command, outcomes, now)

    def _joined(
        self, going: Going, response: Response, conversation: Conversation, now: datetime
    ) -> tuple[Response, Conversation]:
        """The same of one beside which the conversation went on. Its question is asked where no other one is open."""
        if response.reply.awaits:
            if conversation.question is None:
                return response, asked(conversation, questions.asked_back(response), now)
            return replace(response, reply=instead(response.reply)), conversation
        if not any(outcome.ok for outcome in response.outcomes):
            return response, conversation
        return _with_undo(response, going), mentioned(conversation, going.command, _about(response.outcomes), now)

    def _denied(self, command: Command, client: str, now: datetime) -> Response | None:
        """The refusal of what this client may not do: before anything is asked, for questions tell what there is."""
        try:
            if self._policy:
                self._policy.check(command, client, now)
        except ExpectedError as error:
            return refusal(command, sentence(str(error)), error.reason if isinstance(error, Refused) else error.code)
        return None

    def _saying(self, conversation: Conversation, response: Response, text: str) -> Conversation:
        """The conversation with who was spoken of, and what is said now, if anything is."""
        words, command = response.reply.text, response.command
        spoken_of = [
            *(Mention(ref.kind, ref.name, ref.id) for step in command.steps for ref in step.references),
            *(thing for things in _about(response.outcomes) for thing in things[:1]),
        ]
        after = with_people(conversation, spoken_of, text, words, self._directory.names())
        tried = any(VOCABULARY[step.action].writes for step in command.steps)
        done = any(outcome.ok for outcome in response.outcomes)
        after = replace(after, declined=text if not done and cannot(text) else "")
        return replace(after, reply=words, deed=words if tried else conversation.deed) if words else after

    def _remembered(
        self, conversation: Conversation, command: Command, outcomes: Sequence[Outcome], now: datetime
    ) -> Conversation:
        about = _about(outcomes)
        times = (
            [str(step.slots[slot]) for slot in ("recurrence", "when") if slot in step.slots]
            for step in reversed(command.steps)
        )
        said = " ".join(next(filter(None, times), []))
        found = find(said, now, self._house) if said else []
        written = [each for outcome in outcomes for each in outcome.changed]
        return remembered(conversation, command, about, now, when=found[0].on if found else None, written=written)


def _about(outcomes: Sequence[Outcome]) -> list[list[Mention]]:
    """What each step wrote or told of."""
    return [[Mention(kind, name, id_) for kind, id_, name in outcome.about] for outcome in outcomes]


def _verdict(said: Understanding) -> PendingQuestion | Decision:
    """What has to be asked before its command is carried out, or else what the doubt says."""
    command = said.command
    verdict = doubt.verdict(command)
    if verdict is Decision.REPEAT:
        return verdict
    if question := questions.gone(command):
        return question
    if open_one := pointing(command):
        return questions.pronoun(command, open_one[1], open_one[2], open_one[0])
    for each in said.doubtful:
        if isinstance(each.resolved, Ambiguous):
            return questions.which(command, each, each.resolved)
    if question := questions.unknown(command, said.doubtful):
        return question
    return questions.confirm(command) if verdict is Decision.ASK and not command.confirmed else verdict


def _with_undo(response: Response, going: Going) -> Response:
    """Said where it was doubtful: how to take it back."""
    if not going.tell_undo or not doubt.can_be_undone(going.command):
        return response
    return replace(response, reply=replace(response.reply, text=f"{response.reply.text} {UNDOABLE}"))

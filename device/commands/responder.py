"""From a text to what was done and what is said of it. Runs on the act threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from device.commands import current_client, dialogue
from firmware.errors import ExpectedError
from services.actions.base import Outcome, Refused, Reply
from services.actions.execution import doubt
from services.actions.execution.doubt import Decision
from services.actions.execution.progress import Report, never, nobody
from services.actions.policy.policy import Policy
from services.actions.wording import sentence
from services.understanding import resolution
from services.understanding.base import VOCABULARY, Command, Parser
from services.understanding.conversation import anchors, changes, pages, pronouns, short
from services.understanding.conversation.conversations import Conversations
from services.understanding.conversation.memory import (
    Conversation,
    Mention,
    PendingQuestion,
    asked,
    mentioned,
    refused,
    remembered,
    same_talk,
)
from services.understanding.names.base import Ambiguous
from services.understanding.names.names import Names
from services.understanding.when import House, find

UNDOABLE = f"{doubt.UNDOABLE}."
UNSURE = "I'm not sure I heard that right. Nothing was done; please say it again."
_SAID = {"control.confirm": "yes"}
"""Steps that answer a question of ours, as one would say them."""
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
        progress: Report = nobody,
        cancelled: Callable[[], bool] = never,
    ) -> tuple[tuple[Outcome, ...], Reply]:
        """Carry out the command in one transaction, with its key, then word the reply."""


@dataclass(frozen=True, slots=True)
class Response:
    """A command and all that came of it."""

    command: Command
    outcomes: tuple[Outcome, ...]
    reply: Reply


@dataclass(frozen=True, slots=True)
class Understood:
    """A command with what it refers to, and how it leans on what was said before."""

    command: Command
    conversation: Conversation
    """As it was when it was said."""
    last: bool
    """It goes on from the last command: "no, on Tuesday", "and for Anna, too", "undo"."""
    kinds: frozenset[str]
    """The kinds of what its pronouns may stand for."""


@dataclass(frozen=True, slots=True)
class Going:
    """A command that nothing stands against; to be executed."""

    command: Command
    client: str
    tell_undo: bool
    before: Conversation
    """As it was when it was said."""


class Responder:
    """Parses, resolves what the words lean on, asks where there is doubt, else executes. Safe to use from several
    threads.
    """

    def __init__(
        self,
        parser: Parser,
        executor: Executes,
        now: Callable[[], datetime],
        *,
        names: Callable[[], Names] = Names,
        house: House | None = None,
        policy: Policy | None = None,
    ) -> None:
        """`names` are those of the store as they are now; `house`: what times mean here, None: the usual; `policy`: who
        may do what.
        """
        self._parser = parser
        self._executor = executor
        self._now = now
        self._names = names
        self._house = house or House()
        self._policy = policy
        self._conversations = Conversations(current_client.identity)

    @contextmanager
    def turn(self, client: str) -> Iterator[None]:
        """One turn of this client at a time: a second yes must not be an answer to the question that the first one has
        answered.

        To be held around `understand` and `carry_out`; each holds it by itself, too.
        """
        with self._conversations.turn(client), current_client.turn_of(client):
            yield

    def understand(self, text: str, *, client: str, confidence: float = 1.0) -> Command:
        """The command of a text, with what it refers to. `confidence` is the recogniser's: a command is only as sure as
        its words.

        An answer to a question of ours completes the command that was asked about; "no, Tuesday" puts the last one
        right.
        """
        return self.heard(text, client=client, confidence=confidence).command

    def heard(
        self, text: str, *, client: str, confidence: float = 1.0, late: bool = False, command: Command | None = None
    ) -> Understood:
        """Like `understand`; and what it leans on, should that not be done yet. `late`: others were said since, so it
        is no answer. `command`: what is meant was told step by step, and is not read from the text.

        What is too long for this client is not even parsed.
        """
        now = self._now()
        with self.turn(client):
            conversation = self._conversations.of(client, now)
        if self._policy and not self._policy.hears(text, client):
            return Understood(Command(text, (), 0.0, "none"), conversation, False, frozenset())
        with current_client.turn_of(client):
            return self._heard(text, _as_late(conversation, late), confidence, now, command)

    def _heard(
        self, text: str, conversation: Conversation, confidence: float, now: datetime, told: Command | None
    ) -> Understood:
        said = text if told is None else _SAID.get(told.intent, "")
        answer = self._answer(conversation.question, said, now) if said else None
        leaning = answer or (self._change(conversation, text, now) if told is None else None)
        command, goes_on = (
            (leaning, answer is None) if leaning else (told, False) if told else self._parsed(text, conversation, now)
        )
        sure = _as_sure(command, confidence) if leaning else command.confidence * confidence
        command = anchors.anchored(pronouns.resolved(command, conversation), conversation, now, self._house)
        kinds = frozenset() if answer else _pointed_at(command)
        command, _ = resolution.resolve(command, self._names(), _near(conversation))
        last = goes_on or command.intent == "control.undo"
        return Understood(replace(command, confidence=round(sure, 3)), conversation, last, kinds)

    def carry_out(self, command: Command, *, client: str, key: str = "") -> Response:
        """Ask where there is doubt, else execute; an expected failure (full disk, store held) becomes the reply.

        Answered only after the commit, from which on the store knows the `key`.
        """
        with self.turn(client):
            decided = self.decided(command, client=client)
            return self.executed(decided, key=key) if isinstance(decided, Going) else decided

    def respond(self, text: str, *, client: str, confidence: float = 1.0) -> Response:
        """Understand, then carry out."""
        with self.turn(client):
            return self.carry_out(self.understand(text, client=client, confidence=confidence), client=client)

    def decided(self, command: Command, *, client: str, late: bool = False) -> Response | Going:
        """Ask where there is doubt, drop what a no answers; else it is to be executed. `late`: a question asked since
        stays open.
        """
        now = self._now()
        with self.turn(client):
            conversation = self._conversations.of(client, now)
            decided, after = self._decided(command, _as_late(conversation, late), client, now)
            if late and conversation.question:
                return replace(decided, reply=_instead(decided.reply)) if isinstance(decided, Response) else decided
            self._conversations.keep(client, after)
        return decided

    def _decided(
        self, command: Command, conversation: Conversation, client: str, now: datetime
    ) -> tuple[Response | Going, Conversation]:
        """What is to be done, and the conversation after it is said."""
        if conversation.question and command.intent in _HELD_BACK:
            return _dropped(command), replace(conversation, question=None, touched=now)
        if command.intent == "control.deny" and conversation.written:
            return Response(command, (Outcome("control.deny", True, UNDOABLE),), Reply(UNDOABLE)), conversation
        if denied := self._denied(command, client, now):
            return denied, refused(conversation, command, now)
        verdict = self._verdict(command, conversation)
        if isinstance(verdict, PendingQuestion):
            return _asked(verdict), asked(conversation, verdict, now)
        if verdict is Decision.REPEAT:
            return _unclear(refusal(command, UNSURE, "doubtful"), conversation, now)
        tell_undo = verdict is Decision.TELL and not command.confirmed
        before = replace(conversation, question=None) if command.steps else conversation
        return Going(command, client, tell_undo, before), before

    def executed(
        self,
        going: Going,
        *,
        id: str = "",
        key: str = "",
        progress: Report = nobody,
        cancelled: Callable[[], bool] = never,
    ) -> Response:
        """Carry it out and remember it; the store knows the `key` from then on. Not within its conversation's turn,
        others may come and go
        meanwhile: then what it was about is what was spoken of last, and the rest of the conversation is as they left
        it.
        """
        now = self._now()
        command = going.command
        try:
            with current_client.turn_of(going.client):
                outcomes, reply = self._executor.run(
                    command, now=now, client=going.client, id=id, key=key, progress=progress, cancelled=cancelled
                )
        except ExpectedError as error:
            response = refusal(command, str(error), error.code)
            outcomes, reply = response.outcomes, response.reply
        now = self._now()
        with self.turn(going.client):
            conversation = self._conversations.of(going.client, now)
            if same_talk(going.before, conversation):
                response, after = self._settled(going, outcomes, reply, conversation, now)
            else:
                response, after = self._joined(going, outcomes, reply, conversation, now)
            self._conversations.keep(going.client, after)
        return response

    def _settled(
        self, going: Going, outcomes: tuple[Outcome, ...], reply: Reply, conversation: Conversation, now: datetime
    ) -> tuple[Response, Conversation]:
        """The response, and the conversation after it."""
        command = going.command
        response = Response(command, outcomes, reply)
        if not command.steps:
            return _unclear(response, conversation, now)
        if reply.awaits:
            return response, asked(conversation, dialogue.asked_back(command, outcomes, reply.text), now)
        if not any(outcome.ok for outcome in outcomes):
            return response, refused(conversation, command, now)
        return _with_undo(response, going), self._remembered(conversation, command, outcomes, now)

    def _joined(
        self, going: Going, outcomes: tuple[Outcome, ...], reply: Reply, conversation: Conversation, now: datetime
    ) -> tuple[Response, Conversation]:
        """The same of one beside which the conversation went on. Its question is asked where no other one is open."""
        response = Response(going.command, outcomes, reply)
        if reply.awaits:
            if conversation.question is None:
                return response, asked(conversation, dialogue.asked_back(going.command, outcomes, reply.text), now)
            return replace(response, reply=_instead(reply)), conversation
        if not any(outcome.ok for outcome in outcomes):
            return response, conversation
        return _with_undo(response, going), mentioned(conversation, going.command, _about(outcomes), now)

    def _denied(self, command: Command, client: str, now: datetime) -> Response | None:
        """The refusal of what this client may not do: before anything is asked, for questions tell what there is."""
        try:
            if self._policy:
                self._policy.check(command, client, now)
        except ExpectedError as error:
            return refusal(command, sentence(str(error)), error.reason if isinstance(error, Refused) else error.code)
        return None

    def _answer(self, question: PendingQuestion | None, text: str, now: datetime) -> Command | None:
        """The command that a question of ours was about, with the answer in it."""
        if question is None:
            return None
        names = self._names()
        return changes.amended(text, question.command, now=now, names=names) or dialogue.answered(
            question, text, self._parser, now, names
        )

    def _change(self, conversation: Conversation, text: str, now: datetime) -> Command | None:
        names = self._names()
        return changes.corrected(text, conversation, now=now, names=names) or changes.repeated(
            text, conversation, now=now, names=names
        )

    def _parsed(self, text: str, conversation: Conversation, now: datetime) -> tuple[Command, bool]:
        """The command, and whether it goes on from the last one."""
        if command := pages.more(text, conversation) or short.preferred(text, conversation):
            return command, True
        focus = conversation.customer or next(iter(conversation.mentions), None)
        named = focus.name if focus else ""
        command = self._parser.parse(text, now=now, focus=named)
        if command.steps:
            whole = short.inherited(command, conversation)
            return whole, whole is not command
        if command.not_for_us:
            return command, False
        rest = changes.behind_a_no(text) if conversation.last else None
        if rest and (command := self._parser.parse(rest, now=now, focus=named)).steps:
            return changes.otherwise(replace(command, text=text), conversation), True
        names = self._names()
        found = changes.continued(text, conversation, now=now, names=names) or short.understood(
            text, conversation, now=now, names=names
        )
        return (found, True) if found else (Command(text, (), 0.0, "none"), False)

    def _verdict(self, command: Command, conversation: Conversation) -> PendingQuestion | Decision:
        """What has to be asked before the command is carried out, or else what the doubt says."""
        verdict = doubt.verdict(command)
        if verdict is Decision.REPEAT:
            return verdict
        if question := dialogue.gone(command):
            return question
        if open_one := pronouns.pointing(command):
            return dialogue.pronoun(command, open_one[1], open_one[2], open_one[0])
        _, doubtful = resolution.resolve(command, self._names(), _near(conversation))
        for each in doubtful:
            if isinstance(each.resolved, Ambiguous):
                return dialogue.which(command, each, each.resolved)
        if question := dialogue.unknown(command, doubtful):
            return question
        return dialogue.confirm(command) if verdict is Decision.ASK and not command.confirmed else verdict

    def _remembered(
        self, conversation: Conversation, command: Command, outcomes: Sequence[Outcome], now: datetime
    ) -> Conversation:
        about = _about(outcomes)
        said = next(
            (
                str(step.slots[slot])
                for step in reversed(command.steps)
                for slot in ("when", "recurrence")
                if slot in step.slots
            ),
            "",
        )
        found = find(said, now, self._house) if said else []
        written = [each for outcome in outcomes for each in outcome.changed]
        return remembered(
            conversation, command, about, now, when=(found[0].start or found[0].end) if found else None, written=written
        )


def _about(outcomes: Sequence[Outcome]) -> list[list[Mention]]:
    """What each step wrote or told of."""
    return [[Mention(kind, name, id_) for kind, id_, name in outcome.about] for outcome in outcomes]


def _pointed_at(command: Command) -> frozenset[str]:
    """The kinds that its pronouns may stand for, resolved or not."""
    kinds: set[str] = set()
    for step in command.steps:
        refers = VOCABULARY[step.action].refers
        kinds.update(kind for ref in step.references if ref.how == "context" for kind in refers.get(ref.slot, ()))
    if (open_one := pronouns.pointing(command)) is not None:
        kinds.update(VOCABULARY[command.steps[open_one[0]].action].refers[open_one[1]])
    return frozenset(kinds)


def _with_undo(response: Response, going: Going) -> Response:
    """Said where it was doubtful: how to take it back."""
    if not going.tell_undo or not doubt.can_be_undone(going.command):
        return response
    return replace(response, reply=replace(response.reply, text=f"{response.reply.text} {doubt.UNDOABLE}."))


def _as_late(conversation: Conversation, late: bool) -> Conversation:
    """For what was said before others, an open question is none of its own."""
    return replace(conversation, question=None) if late else conversation


def _instead(reply: Reply) -> Reply:
    """A question that can't be asked, for another one is open."""
    return Reply(f"{reply.text} Say it again with that.") if reply.awaits else reply


def _near(conversation: Conversation) -> tuple[str, ...]:
    return tuple(mention.id for mention in conversation.mentions if mention.id)


def _as_sure(command: Command, heard: float) -> float:
    """How sure a command is that leans on an earlier one: a yes needs to be heard, all else can't be surer than what it
    leans on.
    """
    return heard if command.confirmed else min(command.confidence, heard)


def _asked(question: PendingQuestion) -> Response:
    outcomes = tuple(Outcome(step.action, ok=False, words="", code="asked") for step in question.command.steps)
    return Response(question.command, outcomes, Reply(question.asked, awaits=True))


def _dropped(command: Command) -> Response:
    """A no to our question."""
    words = "All right, nothing was done."
    return Response(command, tuple(Outcome(step.action, True, words) for step in command.steps), Reply(words))


def _unclear(response: Response, conversation: Conversation, now: datetime) -> tuple[Response, Conversation]:
    """Words that were not understood. An open question is put once more, so that what the room says does not end a
    dialogue.
    """
    question = conversation.question
    if question is None or question.again:
        return response, conversation
    reply = Reply(f"{response.reply.text} {question.asked}", awaits=True)
    return replace(response, reply=reply), asked(conversation, replace(question, again=True), now)


def refusal(command: Command, words: str, code: str) -> Response:
    """A command of which nothing was done, and why."""
    steps = command.steps
    outcomes = tuple(Outcome(step.action, ok=False, words=words, code=code) for step in steps) or (
        Outcome("none", False, words, code),
    )
    return Response(command, outcomes, Reply(words))

"""What is answered where nothing is carried out: not understood, not ours, dropped, said again, or asked first."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from services.actions.base import Outcome, Reply, Response, refusal
from services.actions.execution import doubt
from services.actions.wording import sentence
from services.understanding.base import Command
from services.understanding.cannot import cannot, only_sends
from services.understanding.conversation.memory import Conversation, PendingQuestion, asked
from services.understanding.stages.base import Connected, Understanding

UNDOABLE = f"{doubt.UNDOABLE}."
_IS_WRONG = re.compile(r"\b(?:wrong|right|correct|incorrect|don't|not|actually|wait)\b", re.IGNORECASE)
"""What is said of something done; "no thanks" says nothing of it."""
_LONGEST_ANSWER = 5
_CLAUSES = re.compile(r"[,.;!?]\s")


def at_once(said: Understanding, conversation: Conversation, now: datetime) -> tuple[Response, Conversation] | None:
    """What needs no executor: a no where nothing was asked, what is not ours, and what was said or done last, once
    more; a question stays open.
    """
    command, question = said.command, conversation.question
    if command.disputed and only_sends(command) and (not_ours := cannot(command.text)):
        return refusal(command, sentence(not_ours), "not_ours"), conversation
    if command.intent == "control.deny" and conversation.written and _IS_WRONG.search(command.text):
        return Response(command, (Outcome("control.deny", True, UNDOABLE),), Reply(UNDOABLE)), conversation
    words = conversation.deed if said.stage == "deed" else conversation.reply
    if command.intent != "control.repeat" or not words:
        return None
    open_one = replace(question, at=now, again=True) if question else None
    reply = Reply(words, awaits=question is not None)
    after = replace(conversation, question=open_one, touched=now)
    return Response(command, (Outcome("control.repeat", True, words),), reply), after


def instead(reply: Reply) -> Reply:
    """A question that can't be asked, for another one is open."""
    return Reply(f"{reply.text} Say it again with that.") if reply.awaits else reply


def with_question(question: PendingQuestion) -> Response:
    """What has to be asked first."""
    outcomes = tuple(Outcome(step.action, ok=False, words="", code="asked") for step in question.command.steps)
    return Response(question.command, outcomes, Reply(question.asked, awaits=True))


def dropped(command: Command) -> Response:
    """A no to our question."""
    words = "All right, nothing was done."
    return Response(command, tuple(Outcome(step.action, True, words) for step in command.steps), Reply(words))


def not_done(
    response: Response, conversation: Conversation, now: datetime, *, at_home: Connected
) -> tuple[Response, Conversation]:
    """Nothing was read in it. What nobody here can do is said to be so; a question that is open stays open."""
    command = response.command
    if words := cannot(command.text, at_home=at_home):
        return refusal(command, sentence(words), "not_ours"), conversation
    if command.not_for_us:  # said to somebody else
        return Response(command, (), Reply("")), conversation
    return unclear(response, conversation, now)


def unclear(response: Response, conversation: Conversation, now: datetime) -> tuple[Response, Conversation]:
    """Not understood. An open question is asked once more, so that background talk does not end a dialogue; behind more
    than one clause, longer than an answer is, it stays open unsaid: who talks to others is not asked again.
    """
    question, text = conversation.question, response.command.text
    talks = _CLAUSES.search(text) is not None and len(text.split()) > _LONGEST_ANSWER
    if question is None or question.again or talks:
        return response, conversation
    reply = Reply(f"{response.reply.text} {question.asked}", awaits=True)
    return replace(response, reply=reply), asked(conversation, replace(question, again=True), now)

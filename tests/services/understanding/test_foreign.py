"""What is done with mail that has come and with a call on the phone is for others, whatever is read in it."""

from __future__ import annotations

import pytest

from services.understanding.base import Step
from services.understanding.foreign import is_for_others
from services.understanding.words import split_words

WRITES = [Step("task.update", {"title": "it"})]
THEIRS = (
    "flag the last email from Tim as important",
    "mark this message as read",
    "archive all the mails from the bank",
    "forward the last mail to my wife",
    "put a flag on this email",
    "remove the label from that mail",
    "start a video chat with the team",
    "hold the call",
    "merge the calls",
    "dial my office",
    "add Jenny to this call",
    "remove the second item from my order",
)
OURS = (
    "mark send the mail as done",
    "delete the email reminder",
    "mark the mail task as done",
    "move the call with Ben to three",
    "invite Dana to the call with Ben",
    "send a message to Sarah",
    "drop a message to the design team",
    "save a message for Tom",
    "add milk to my order list",
    "make a call list",
    "archive the design channel",
    "remove bread from the shopping list",
    "call",
)


@pytest.mark.parametrize("said", THEIRS)
def test_orders_for_others(said: str) -> None:
    assert is_for_others(split_words(said), WRITES)


@pytest.mark.parametrize("said", OURS)
def test_orders_for_us(said: str) -> None:
    assert not is_for_others(split_words(said), WRITES)


@pytest.mark.parametrize("said", THEIRS)
def test_only_what_would_be_written_alone_is_in_doubt(said: str) -> None:
    assert not is_for_others(split_words(said), [Step("message.query", {})])
    assert not is_for_others(split_words(said), [*WRITES, Step("list.add", {"items": [{"item": "milk"}]})])

"""What begins as a question, and what only looks like one."""

from __future__ import annotations

import pytest

from services.understanding.model.questions import asks
from services.understanding.words import split_words


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("what was the last thing you did", True),
        ("what was that", True),
        ("which garden tasks are there", True),
        ("how many tasks do we have", True),
        ("when does it start", True),
        ("who are they", True),
        ("what time is it", True),
        ("how long have we got for the demo", True),
        ("what do you say we put in a task to call Anna", False),
        ("what we need is milk and butter", False),
        ("what's missing among the tasks is the curtain rail", False),
        ("when Anna is there remind me to ask her", False),
        ("how about Friday", False),
        ("why don't we put milk on the list", False),
        ("is it done", False),
        ("undo the last thing", False),
        ("what", False),
        ("", False),
    ],
)
def test_a_question_is_told_by_its_first_words(text: str, is_asked: bool) -> None:
    assert asks(split_words(text)) is is_asked

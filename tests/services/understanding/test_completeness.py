"""Whether more is to come, by the words said so far."""

from __future__ import annotations

import pytest

from device.commands.families import SENTENCES
from services.understanding.base import Command
from services.understanding.completeness import completeness
from services.understanding.parser import CommandParser
from tests.answering import NOW

CASES = {
    "asked": """what time is it | what are my tasks | what are my tasks for today | how long is left on the timer |
        show me my shopping list | yes | no | stop | thank you""",
    "ordered": """set a timer for ten minutes | add milk and eggs to the shopping list | undo that | pause the timer |
        create a task to call the bank by friday | schedule a meeting with sarah tomorrow at ten a.m.""",
    "extensible": """create a task to call the bank | remind me to call the bank at six | wake me up at seven |
        schedule a meeting with sarah tomorrow | tell mike i am late | delete all tasks | charge henderson 20 euros |
        note that the number of the plumber is 0171 552 9461""",
    "unsure": """set a timer | remind me at six | remind me tomorrow | cancel | what | undo | and butter |
        hello how are you | today | why | turn the lights on | ask tom to send the slides in | take a note too""",
    "unfinished": """they can you text my wife that |
        create a task to design the flyer that | set a timer for | remind me to | add milk and |
        add milk to the | what are my | call 079 123 |
        the number is zero seven nine | create a task called |
        note that the number of the plumber is 0171 | note that the number is oh one seven one five five two |
        one | 1 | one two | put | remind |
        note that the number is 0.574 | the number is 8-1 6.9 | tom's phone number is three eight |
        note that the gate code is 5-0 | tom's number changed to 36""",
}


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(SENTENCES, None)


@pytest.mark.parametrize(
    ("expected", "text"), [(kind, " ".join(text.split())) for kind, said in CASES.items() for text in said.split("|")]
)
def test_what_was_said_so_far(parser: CommandParser, expected: str, text: str) -> None:
    for written in (text, f"{text.capitalize()}."):
        assert completeness(parser.parse(written, now=NOW)) == expected


def test_nothing_was_said() -> None:
    assert completeness(Command("...", (), 0.0, "none")) == "unsure"


def test_what_the_templates_do_not_read_ends_nothing_early(parser: CommandParser) -> None:
    for text in ("milk milk milk", "I went there with my sister", "set timer ten minute for for"):
        assert completeness(parser.parse(text, now=NOW)) in ("unsure", "unfinished")

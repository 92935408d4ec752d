"""Which of several hypotheses is believed."""

from __future__ import annotations

import pytest

from device.hearing.vote import no_vote, voted
from services.speech.base import Final, Hypothesis
from services.understanding.base import Risk

COMMANDS: dict[str, Risk] = {
    "add batteries to the list": "low",
    "what does Brightwater owe": "none",
    "delete the list": "high",
}


def heard(text: str, *others: tuple[str, float]) -> Final:
    return Final(text, 0.7, 0.1, others=tuple(Hypothesis(said, 0.65, behind) for said, behind in others))


@pytest.mark.parametrize(
    ("other", "behind", "believed"),
    [
        ("add batteries to the list", -0.3, True),
        ("add batteries to the list", 1.0, True),
        ("add batteries to the list", 1.2, False),  # too unlikely for a write, however well it reads
        ("what does Brightwater owe", 1.9, True),
        ("what does Brightwater owe", 2.1, False),
        ("delete the list", 0.01, False),  # never for a vote
        ("and batteries, too", 0.01, False),
    ],
)
def test_a_whole_command_wins_where_it_is_about_as_likely(other: str, behind: float, believed: bool) -> None:
    final = heard("and batteries to the list", (other, behind))
    chosen = voted(final, COMMANDS.get)
    if not believed:
        assert chosen is final
        return
    assert (chosen.text, chosen.confidence, chosen.first) == (other, 0.65, "and batteries to the list")
    assert chosen.passes[-1] == "vote"


def test_a_command_is_not_voted_about() -> None:
    final = heard("delete the list", ("add batteries to the list", 0.0))
    assert voted(final, COMMANDS.get) is final


def test_nothing_becomes_a_command_where_the_guard_dropped_it_or_nobody_reads() -> None:
    dropped = Final("", 0.0, 1.0, dropped="improbable", others=(Hypothesis("add batteries to the list", 0.2, 0.0),))
    assert voted(dropped, COMMANDS.get) is dropped
    final = heard("mumble", ("add batteries to the list", 0.0))
    assert voted(final, no_vote) is final


def test_the_likelier_of_two_commands() -> None:
    final = heard("mumble", ("what does Brightwater owe", 0.4), ("add batteries to the list", 0.5))
    assert voted(final, COMMANDS.get).text == "what does Brightwater owe"

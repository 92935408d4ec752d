"""What may be taught, of turns in the journal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from device.teaching.proposals import proposals
from services.insight.base import Result, TurnEntry

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ADD, UNDO = ("list.add",), ("control.undo",)


def turn(
    seconds: float, text: str | None, result: Result, actions: tuple[str, ...] = (), client: str = "microphone"
) -> TurnEntry:
    return TurnEntry(NOW + timedelta(seconds=seconds), client, result, text=text, actions=actions)


MISSED = turn(0, "chuck bread on the pile", "unclear")
AGAIN = turn(20, "add bread to the shopping list", "done", ADD)


@pytest.mark.parametrize(
    ("turns", "found"),
    [
        ([MISSED, AGAIN], 1),
        ([MISSED, turn(5, None, "silent"), AGAIN], 1),
        ([MISSED, turn(5, "x y", "done", ADD, "mqtt:phone"), AGAIN], 2 - 1),
        ([turn(0, "a b", "unclear"), MISSED, AGAIN], 1),
        ([turn(-30, "bin it", "done", ("task.delete",)), turn(-20, "undo", "done", UNDO), AGAIN], 1),
        (
            [
                turn(-30, "chuck bread on the pile", "unclear"),
                turn(-20, "again", "unclear"),
                MISSED,
                AGAIN,
                MISSED,
                AGAIN,
            ],
            1,
        ),
        ([MISSED, turn(61, "add bread to the shopping list", "done", ADD)], 0),
        ([MISSED, turn(9, "add bread to the shopping list", "failed", ADD)], 0),
        ([MISSED, turn(9, "Chuck bread on the pile!", "done", ADD)], 0),
        ([MISSED, turn(9, "stop", "done", ("control.stop",))], 0),
        ([MISSED, turn(9, "add bread to the shopping list", "done", ADD, "mqtt:phone")], 0),
        ([MISSED, turn(9, None, "done", ADD)], 0),
        ([turn(0, None, "unclear"), AGAIN], 0),
        ([turn(0, "bin it", "done", ("task.delete",)), AGAIN], 0),
        ([turn(-20, "undo", "done", UNDO), AGAIN], 0),
        ([], 0),
    ],
)
def test_what_is_proposed(turns: list[TurnEntry], found: int) -> None:
    assert len(proposals(turns)) == found


def test_what_was_meant_the_last_time() -> None:
    later = turn(40, "add bread to the party list", "done", ADD)
    (found,) = proposals([MISSED, AGAIN, turn(30, "chuck bread on the pile", "unclear"), later])
    assert (found.sentence, found.meaning, found.taken_back) == (
        "chuck bread on the pile",
        "add bread to the party list",
        False,
    )
    taken_back = proposals([turn(0, "bin it", "done", ("task.delete",)), turn(1, "undo", "done", UNDO), AGAIN])
    assert [(each.sentence, each.taken_back) for each in taken_back] == [("bin it", True)]

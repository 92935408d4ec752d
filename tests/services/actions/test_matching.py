"""Which thing is meant by loose words."""

from __future__ import annotations

import pytest

from services.actions.matching import closest

TASKS = [
    "send the quarterly report to Sarah",
    "send the invoice to Mike",
    "call the dentist",
    "call Mike",
    "book flights",
    "report",
    "water the plants",
]


@pytest.mark.parametrize(
    ("spoken", "meant"),
    [
        ("sending the quarterly report", ["send the quarterly report to Sarah"]),
        ("the report", ["report"]),
        ("quarterly report", ["send the quarterly report to Sarah"]),
        ("call dentist", ["call the dentist"]),
        ("Call Mike.", ["call Mike"]),
        ("mike", ["call Mike", "send the invoice to Mike"]),
        ("call", ["call the dentist", "call Mike"]),
        ("walter the plants", ["water the plants"]),
        ("send the quarterly report to Zara", ["send the quarterly report to Sarah"]),
        ("send the report to Mike", []),
        ("buy milk", []),
        ("", []),
        ("the", []),
    ],
)
def test_closest(spoken: str, meant: list[str]) -> None:
    assert sorted(closest(spoken, TASKS, str)) == sorted(meant)


def test_the_same_title_twice_is_no_question() -> None:
    assert closest("call Mike", ["Call Mike", "call mike"], str) == ["Call Mike"]

"""Titles of the store decide where the words leave open what kind of thing is meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.store.base import Meeting, Task
from services.store.store import Store
from services.understanding.base import Command
from services.understanding.parser import CommandParser
from tests.reading import read_alone

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SENTENCES = Path(__file__).resolve().parents[3] / "config" / "sentences"


@pytest.fixture(scope="module")
def plain() -> CommandParser:
    return CommandParser(SENTENCES)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("titles") / "s.db") as store:
        with store.transaction("fill") as tx:
            for title in ("water the plants", "launch the campaign", "The quarterly plan", "launch"):
                tx.add(Task(title=title))
            tx.add(Task(title="paint the fence", status="done"))
            tx.add(Meeting(title="annual plan", start=NOW + timedelta(days=1), end=NOW + timedelta(days=1, hours=1)))
        yield store


def steps(command: Command) -> list[tuple[str, dict[str, object]]]:
    return [(step.action, dict(step.slots)) for step in command.steps]


@pytest.mark.parametrize(
    ("said", "action"),
    [
        ("complete water the plants", "task.complete"),
        ("start launch the campaign", "task.status"),
        ("push launch the campaign to Friday", "task.deadline"),
        ("take Mike off the launch", "task.assign"),
        ("scrap launch the campaign", "task.delete"),
        ("move the annual plan to Friday at five", "meeting.update"),
    ],
)
def test_a_title_tells_what_is_meant(plain: CommandParser, store: Store, said: str, action: str) -> None:
    command = read_alone(plain, store, said, NOW)
    assert (command.text, [step.action for step in command.steps]) == (said, [action])


@pytest.mark.parametrize(
    "said",
    [
        "water the plants",  # the title alone asks for nothing
        "I like to launch the campaign",
        "complete paint the fence",  # it is done
        "create a task to launch the campaign tomorrow",
        "schedule a meeting about launch the campaign tomorrow at three",
        "remind me to water the plants tomorrow at nine",
        "launch",
        "what is the time",
        "",
    ],
)
def test_what_means_something_already_keeps_its_meaning(plain: CommandParser, store: Store, said: str) -> None:
    assert steps(read_alone(plain, store, said, NOW)) == steps(plain.parse(said, now=NOW))


def test_a_new_title_is_known_at_once(plain: CommandParser, tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        assert not read_alone(plain, store, "complete sharpen the knives", NOW).steps
        with store.transaction("add") as tx:
            tx.add(Task(title="sharpen the knives"))
        assert steps(read_alone(plain, store, "complete sharpen the knives", NOW)) == [
            ("task.complete", {"title": "sharpen the knives"})
        ]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60).map(lambda text: f"complete {text} water the plants {text}"))
def test_no_text_breaks_it(plain: CommandParser, store: Store, said: str) -> None:
    assert read_alone(plain, store, said, NOW).text == said

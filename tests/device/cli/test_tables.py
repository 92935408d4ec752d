"""equerry tasks, lists, people, …: a store that is in use, shown as tables, as lines and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from device.cli import app
from device.cli.care import logs as module
from device.pages.tables import Tables
from firmware.errors import ExpectedError
from services.store.base import Customer, Item, LedgerEntry, Meeting, Person, Project, Reminder, Task, Timer, TodoList
from services.store.sqlite.read_only import documents_of
from services.store.store import Store

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path))
    monkeypatch.setenv("EQUERRY_DEVICE__TIME_ZONE", "UTC")
    with Store(tmp_path / "equerry.db") as opened:
        yield opened


def fill(store: Store) -> None:
    with store.transaction("fill", now=NOW) as work:
        launch = work.add(Project(name="Launch", due=NOW))
        later = NOW + timedelta(days=2)
        work.add(Task(title="call the bank", due=later, priority="high", assignees=("Anna", "Mike")))
        work.add(Task(title="book a room", due=NOW, due_grain="day", project_id=launch.id))
        work.add(Task(title="order cake", status="done", project_id=launch.id))
        shopping = work.add(TodoList(name="shopping"))
        work.add(Item(list_id=shopping.id, name="milk", quantity="2"))
        work.add(Item(list_id=shopping.id, name="eggs", done=True))
        work.add(Person(name="Sarah", role="designer", email="sarah@example.org"))
        work.add(
            Meeting(
                title="stand-up",
                start=NOW - timedelta(days=7),
                end=NOW - timedelta(days=7, hours=-1),
                rrule="FREQ=WEEKLY",
            )
        )
        work.add(Meeting(title="over", start=NOW - timedelta(days=1), end=NOW - timedelta(hours=23)))
        work.add(Reminder(title="call mum", due=later))
        work.add(Timer(name="pasta", seconds=480, due=NOW + timedelta(minutes=8)))
        rahul = work.add(Customer(name="Rahul"))
        work.add(LedgerEntry(customer_id=rahul.id, minor=-12_550, currency="INR", reason="debit"))


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_the_rows(store: Store, tmp_path: Path) -> None:
    fill(store)
    told = Tables(documents_of(tmp_path / "equerry.db"), NOW)
    assert [list(row.cells.values()) for row in told.tasks()] == [
        ["book a room", "2026-11-23", "", "todo", "", "Launch"],
        ["call the bank", "2026-11-25 09:30", "high", "todo", "Anna, Mike", ""],
    ]
    assert len(told.tasks(everything=True)) == 3
    assert [row.cells for row in told.lists()] == [{"list": "shopping", "left": "1", "of": "2"}]
    assert [row.cells["item"] for row in told.items("Shopping")] == ["milk"]
    assert [row.cells["done"] for row in told.items("shopping", everything=True)] == ["", "✓"]
    assert [row.cells["role"] for row in told.people()] == ["designer"]
    assert [list(row.cells.values()) for row in told.projects()] == [["Launch", "open", "2026-11-23", "1 of 2"]]
    assert [(row.cells["meeting"], row.cells["start"]) for row in told.meetings()] == [("stand-up", "2026-11-23 09:30")]
    assert [row.cells["status"] for row in told.meetings(everything=True)] == ["over", "planned"]
    assert [(row.cells["what"], row.cells["rings"]) for row in told.reminders()] == [
        ("pasta", "2026-11-23 09:38"),
        ("call mum", "2026-11-25 09:30"),
    ]
    assert [list(row.cells.values()) for row in told.customers()] == [["Rahul", "−125 rupees and 50 paise"]]
    assert told.customers()[0].fields["balances"] == {"INR": "-125.50"}


def test_while_the_store_is_in_use_lines_for_a_program(store: Store) -> None:
    fill(store)
    assert (
        run("tasks").stdout
        == "book a room\t2026-11-23\t\ttodo\t\tLaunch\ncall the bank\t2026-11-25 09:30\thigh\ttodo\tAnna, Mike\t\n"
    )
    told = [json.loads(line) for line in run("tasks", "--jsonl").stdout.splitlines()]
    assert [each["title"] for each in told] == ["book a room", "call the bank"] and told[0]["id"]
    for table in ("lists", "people", "projects", "reminders", "customers"):
        assert run(table).exit_code == 0 and run(table).stdout


def test_nothing_and_no_store(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run("tasks")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "equerry: nothing\n")
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path / "none"))
    assert isinstance(run("tasks").exception, ExpectedError)


def test_what_a_terminal_must_not_obey(store: Store) -> None:
    with store.transaction("add", now=NOW) as work:
        work.add(Task(title="red \x1b[31m\ttab"))
    assert "\x1b" not in run("tasks").stdout and run("tasks").stdout.count("\t") == 5


def test_logs_without_systemd_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BOOTED", tmp_path / "none")
    assert "tee equerry.log" in str(run("logs").exception)


def test_logs_pass_their_options_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "journalctl"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    called: list[list[str]] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(module, "_BOOTED", tmp_path)
    monkeypatch.setattr(module.os, "execv", lambda _, words: called.append(words))
    run("logs", "-f", "-n", "20", "--since", "today")
    assert called == [[str(program), "--unit=equerry", "--follow", "--lines=20", "--since=today"]]


def test_a_list_that_is_not_there_is_told(store: Store) -> None:
    fill(store)
    assert str(run("lists", "nosuch").exception) == "There is no list nosuch. Lists: shopping."
    assert run("lists", "Shopping").exit_code == 0


def test_nothing_to_say_is_told() -> None:
    said = run("say", " ", "--wav", "/nowhere/a.wav")
    assert (said.exit_code, said.stderr) == (2, "equerry: there is nothing to say\n")


def test_words_to_say_need_no_quotes(tmp_path: Path) -> None:
    lengths = []
    for words in (["hello"], ["hello", "there", "you", "two"]):
        wav = tmp_path / f"{len(words)}.wav"
        said = run("say", "--wav", str(wav), *words)
        assert said.exit_code == 0, said.stderr
        lengths.append(wav.stat().st_size)
    assert lengths[1] > lengths[0]

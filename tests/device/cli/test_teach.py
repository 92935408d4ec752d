"""equerry teach: add, none, list, forget, review, export; what it writes is taken at once and is nobody else's."""

from __future__ import annotations

import json
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from device.cli import app, completion
from device.configuration.load import load
from device.teaching.book import MOST, Book
from device.teaching.errors import LessonsUnwritable, NoSuchLesson, TooManyLessons
from device.wiring.basis import taught_of
from device.wiring.commands import build_parser
from services.insight.base import KIND, TurnEntry
from services.insight.entries import fields_of
from services.store.store import Store
from services.understanding.sentences.lessons import Lesson
from training.lora.prompts import answer_of, flaw
from training.sentences.examples import read_examples

ADD = ("add", "Chuck bread on the pile, please", "--as", "add bread to the shopping list")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "equerry.toml").touch()
    monkeypatch.setenv("EQUERRY_CONFIG", str(tmp_path / "equerry.toml"))
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path / "data"))
    monkeypatch.setenv("EQUERRY_LANGUAGE_MODEL__ENABLED", "false")
    monkeypatch.setenv("EQUERRY_DEVICE__TIME_ZONE", "UTC")
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path / "data"


def teach(*words: str, answers: str = "") -> Result:
    return CliRunner().invoke(app, ["teach", *words], input=answers)


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a terminal, and somebody at it."""
    monkeypatch.setattr("device.cli.use.teach._is_somebody_there", lambda: True)


def items(parser_says: str) -> object:
    parser = build_parser(load())
    return [step.slots.get("items") for step in parser.parse(parser_says, now=datetime.now(UTC)).steps]


def test_what_is_taught_is_understood_at_once(data: Path) -> None:
    running = build_parser(load())  # as of an appliance that runs since before
    result = teach(*ADD, "--yes")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "“Chuck bread on the pile” will mean:",
        "  list.add",
        "    items: bread  (or other words there)",
        "    list: shopping  (always)",
        "Taught.",
    ]
    assert [
        step.slots["items"] for step in running.parse("chuck two eggs on the pile", now=datetime.now(UTC)).steps
    ] == [[{"item": "eggs", "quantity": "two"}]]
    (file,) = data.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and file == taught_of(load())
    assert "understood so already" in teach(*ADD, "--yes").stdout
    assert completion.lessons("") == ["1"]


def test_what_loses_something_is_warned_of_also_without_asking(data: Path) -> None:
    careful = "Careful: task.delete deletes, moves money or leaves the house, and these words do not say so."
    assert teach("add", "add milk", "--as", "delete all tasks", "-y").stderr == f"{careful}\n"
    said = teach("add", "add milk to the shopping list", "--as", "delete all tasks", "-y")
    assert said.exit_code == 0
    assert said.stderr.splitlines() == [
        "Until now “add milk to the shopping list” means list.add; that must then be said in other words.",
        careful,
    ]
    assert not teach(*ADD, "-y").stderr


def test_taught_anew_listed_and_forgotten(data: Path) -> None:
    teach(*ADD, "--yes")
    assert (
        "in place of" in teach("add", "chuck bread on the pile", "--as", "add bread to the party list", "--yes").stdout
    )
    assert teach("none", "set a timer, Anna", "--yes").exit_code == 0
    assert teach("list").stdout.splitlines() == [
        "  1  “chuck bread on the pile”  as “add bread to the party list”",
        "  2  “set a timer, Anna”  is not for me",
    ]
    assert [json.loads(line)["number"] for line in teach("list", "--jsonl").stdout.splitlines()] == [1, 2]
    assert items("set a timer Anna") == []
    assert "chuck bread" in teach("forget", "1").stdout and items("chuck bread on the pile") == []
    assert "set a timer" in teach("forget", "1").stdout
    assert "Nothing was taught" in teach("list").stderr
    with pytest.raises(NoSuchLesson):
        CliRunner().invoke(app, ["teach", "forget", "1"], catch_exceptions=False)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "foo bar", "--as", "blah blah bling"), "teach.unclear"),
        (("add", "stop", "--as", "help"), "teach.reserved"),
        (("none", "Thank you!"), "teach.reserved"),
        (("add", "?!", "--as", "help"), "teach.empty"),
        (("none", "long " * 500), "teach.empty"),
    ],
)
def test_what_can_not_be_taught(data: Path, words: tuple[str, ...], code: str) -> None:
    result = teach(*words, "--yes")
    assert getattr(result.exception, "code", "") == code and not data.exists()


def test_nobody_to_ask(data: Path) -> None:
    assert teach(*ADD).exit_code == 1 and "--yes" in teach(*ADD).stderr
    assert teach("add", "chuck it").exit_code == 2
    assert not data.exists()


@pytest.mark.usefixtures("somebody")
def test_it_asks(data: Path) -> None:
    assert teach("add", "chuck bread on the pile", answers="add bread to the shopping list\nn\n").exit_code == 0
    assert not data.exists()
    assert "Taught." in teach("add", "chuck bread on the pile", answers="add bread to the shopping list\ny\n").stdout
    assert items("chuck wine on the pile") == [[{"item": "wine"}]]


def spoken(data: Path) -> None:
    now = datetime.now(UTC)
    turns = [
        TurnEntry(now - timedelta(seconds=100), "microphone", "unclear", text="chuck bread on the pile"),
        TurnEntry(
            now - timedelta(seconds=90),
            "microphone",
            "done",
            "template",
            "add bread to the shopping list",
            actions=("list.add",),
        ),
        TurnEntry(now - timedelta(seconds=50), "microphone", "unclear", text="flurb"),
        TurnEntry(
            now - timedelta(seconds=40), "microphone", "done", "template", "the second one", actions=("task.complete",)
        ),
        TurnEntry(now - timedelta(seconds=30), "console", "unclear", text="egg time three minutes"),
        TurnEntry(
            now - timedelta(seconds=20),
            "console",
            "done",
            "template",
            "set a timer for three minutes",
            actions=("timer.start",),
        ),
        TurnEntry(now - timedelta(weeks=9), "console", "unclear", text="old news"),
        TurnEntry(
            now - timedelta(weeks=9), "console", "done", "template", "help me with the list", actions=("list.add",)
        ),
    ]
    data.mkdir()
    with Store(data / "equerry.db") as store:
        store.journal.add_all(KIND, [(each.at, fields_of(each)) for each in turns])


@pytest.mark.usefixtures("somebody")
def test_what_was_said_again_is_gone_through(data: Path) -> None:
    spoken(data)
    result = teach("review", answers="n\ny\n")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("You said") == 2 and "flurb" not in result.stdout
    assert [each.sentence for each in Book(taught_of(load())).lessons()] == ["egg time three minutes"]
    assert "chuck bread" in teach("review", answers="y\n").stdout
    assert "nothing to teach" in teach("review").stdout


def test_it_says_that_nothing_is_kept(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken(data)
    assert "nobody to ask" in teach("review").stderr
    monkeypatch.setenv("EQUERRY_INSIGHT__TRANSCRIPTS", "false")
    result = teach("review")
    assert result.exit_code == 1 and "insight.transcripts true" in result.stderr


def test_examples_for_training(data: Path, tmp_path: Path) -> None:
    teach(
        "add",
        "crank out the brochure and let Ben know",
        "--as",
        "create a task the brochure and assign it to Ben",
        "--yes",
    )
    teach("add", "the usual", "--as", "add milk to the shopping list", "--yes")
    teach("none", "set a timer, Anna", "--yes")
    file = tmp_path / "own.jsonl"
    assert teach("export", str(file)).stdout.startswith("3 examples") and stat.S_IMODE(file.stat().st_mode) == 0o600

    examples = list(read_examples(file))
    assert [flaw(each) for each in examples] == ["", "", ""] and {each.source for each in examples} == {"owner"}
    assert [answer_of(each) for each in examples] == [
        " task.create|title the brochure; task.assign^1|title the brochure|assignees ben\n",
        " list.add",
        " none\n",
    ]
    assert teach("export", str(tmp_path / "nowhere" / "x")).exit_code == 2


def test_lines_that_can_not_be_read_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "taught.jsonl"
    path.write_text('{"of a newer version": 1}\n')
    book = Book(path)
    assert not book.add(Lesson("one two", ())) and book.add(Lesson("One two!", ()))
    assert [each.sentence for each in book.lessons()] == ["One two!"] and book.forget(1).sentence == "One two!"
    assert path.read_text() == '{"of a newer version": 1}\n' and [each.name for each in tmp_path.iterdir()] == [
        "taught.jsonl"
    ]


def test_several_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "taught.jsonl"
    writers = [
        threading.Thread(target=Book(path).add, args=(Lesson(f"sentence {number}", ()),)) for number in range(20)
    ]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert len(Book(path).lessons()) == 20


def test_no_more_than_so_many_and_no_place_for_it(tmp_path: Path) -> None:
    book = Book(tmp_path / "taught.jsonl")
    (tmp_path / "taught.jsonl").write_text("{}\n" * MOST)
    with pytest.raises(TooManyLessons):
        book.add(Lesson("one more", ()))
    (tmp_path / "file").write_text("")
    with pytest.raises(LessonsUnwritable):
        Book(tmp_path / "file" / "taught.jsonl").add(Lesson("one", ()))

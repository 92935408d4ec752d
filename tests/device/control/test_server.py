"""The control socket: one request, one reply; what is wrong is said; nobody else may open it."""

from __future__ import annotations

import contextlib
import json
import socket
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from device.cli import app
from device.commands.responder import Responder
from device.control.client import (
    LONGEST,
    NAME,
    Declined,
    NoAnswer,
    NotRunning,
    RequestTooLong,
    Starting,
    accepted,
    address_in,
    request,
)
from device.control.server import Control
from device.jobs.jobs import Jobs
from services.actions.base import Outcome, Reply, Response
from services.store.store import Store
from services.understanding.base import Command, Step
from services.understanding.stages.base import unread

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Knows:
    """Understands everything but gibberish as one task."""

    def parse(self, text: str, *, now: datetime, focus: str = "", before: Command | None = None) -> Command:
        step = Step("task.create", {"title": text})
        return unread(text) if text == "gibberish" else Command(text, (step,), 1.0, "template")


class Does:
    """Does everything; `wait` waits until it is let go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.waiting = threading.Event()

    def run(self, command: Command, *, now: datetime, client: str, **_: object) -> Response:
        if not command.steps:
            return Response(command, (), Reply("I didn't understand that."))
        if command.text == "wait":
            self.waiting.set()
            assert self.go_on.wait(20)
        return Response(
            command,
            (Outcome("task.create", True, f"Did {command.text} for {client}."),),
            Reply(f"Did {command.text} for {client}."),
        )


@pytest.fixture
def does() -> Does:
    return Does()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Deeper than the address of a socket is long."""
    deep = tmp_path / ("deep" * 30) / "data"
    deep.mkdir(parents=True)
    (deep / NAME).touch()  # left there by one that was killed
    return deep


@pytest.fixture
def running(folder: Path, does: Does) -> Iterator[Path]:
    with Jobs(Responder(Knows(), does, lambda: NOW), now=lambda: NOW) as jobs:
        control = Control(folder)
        control.attend(jobs, dict, lambda _: None)
        thread = threading.Thread(target=control.run)
        thread.start()
        while True:
            try:
                request(folder, {"request": "status"})
                break
            except NotRunning:
                assert thread.is_alive()
        yield folder
        does.go_on.set()
        control.stop()
        thread.join(20)
    assert not thread.is_alive() and not (folder / NAME).exists()


def test_a_command_is_answered_as_ask_prints_it(running: Path) -> None:
    reply = accepted(request(running, {"request": "command", "text": "call the bank"}))
    assert reply["reply"] == "Did call the bank for console."
    assert reply["steps"] == [{"action": "task.create", "slots": {"title": "call the bank"}}]
    assert reply["outcomes"][0]["ok"] and reply["source"] == "template"


def test_what_a_terminal_would_obey_is_not_kept(running: Path) -> None:
    reply = accepted(
        request(running, {"request": "command", "text": "call \x1b[2J\u202ethe\x00bank", "client": "mqtt:phone"})
    )
    assert reply["reply"] == "Did call  [2J the bank for mqtt:phone."
    assert [job["text"] for job in accepted(request(running, {"request": "jobs"}))["jobs"]] == ["call  [2J the bank"]


def test_jobs_are_told_of_and_cancelled(running: Path, does: Does) -> None:
    thread = threading.Thread(target=lambda: request(running, {"request": "command", "text": "wait"}))
    thread.start()
    assert does.waiting.wait(20)
    later = threading.Thread(target=lambda: request(running, {"request": "command", "text": "later"}))
    later.start()
    queued: list[dict[str, Any]] = []
    while not queued:
        jobs = accepted(request(running, {"request": "jobs", "client": "console"}))["jobs"]
        queued = [job for job in jobs if job["state"] == "queued"]
    assert [job["text"] for job in jobs] == ["wait", "later"] and jobs[0]["state"] == "running"
    assert not accepted(request(running, {"request": "jobs", "client": "microphone"}))["jobs"]
    assert accepted(request(running, {"request": "cancel", "id": queued[0]["id"]})) == {"cancelled": True}
    assert accepted(request(running, {"request": "cancel", "id": queued[0]["id"]})) == {"cancelled": False}
    later.join(20)
    does.go_on.set()
    thread.join(20)
    stats = accepted(request(running, {"request": "stats"}))
    assert (stats["completed"], stats["cancelled"], stats["running"]) == (1, 1, 0)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (b"hello", "request.unreadable"),
        (b"[1]", "request.unreadable"),
        (b'{"request": "dance"}', "request.unreadable"),
        (b'{"request": "command"}', "request.wrong"),
        (b'{"request": "command", "text": 5}', "request.wrong"),
        (b'{"request": "command", "text": "x", "priority": "urgent"}', "request.wrong"),
        (b'{"request": "command", "text": "x", "client": ["a"]}', "request.wrong"),
        (b'{"request": "command", "text": "x", "client": ""}', "request.wrong"),
        (b'{"request": "command", "text": "x", "client": "two\\nlines"}', "request.wrong"),
        (b'{"request": "jobs", "client": {}}', "request.wrong"),
        (b"\xff\xfe", "request.unreadable"),
        (b'{"request": "command", "text": "\\ud800"}', "request.unreadable"),
        (b"[" * 10_000, "request.unreadable"),
    ],
)
def test_what_is_no_request_is_told_so(running: Path, asked: bytes, code: str) -> None:
    with address_in(running) as address, socket.socket(socket.AF_UNIX) as line:
        line.connect(address)
        line.settimeout(20)
        answers = line.makefile("rb")
        line.sendall(b'{"version": 2}\n')
        assert json.loads(answers.readline())["ok"]
        line.sendall(asked + b"\n")
        reply = json.loads(answers.readline())
        assert (reply["ok"], reply["code"]) == (False, code) and reply["text"].endswith(".")
        line.sendall(b'{"request": "command", "text": "milk"}\n{"request": "command", "text": "bread"}\n')
        assert [json.loads(answers.readline())["reply"] for _ in range(2)] == [
            "Did milk for console.",
            "Did bread for console.",
        ]
        answers.close()


def test_a_line_without_end_ends_the_connection(running: Path) -> None:
    with address_in(running) as address, socket.socket(socket.AF_UNIX) as line:
        line.connect(address)
        line.settimeout(20)
        with pytest.raises(OSError):
            for _ in range(10_000):
                line.sendall(b"x" * LONGEST)
            raise AssertionError("it took everything")


def test_many_at_once_and_those_who_hang_up(running: Path) -> None:
    replies: list[str] = []

    def ask(number: int) -> None:
        asked = {"request": "command", "text": str(number), "client": f"mqtt:{number}"}
        replies.append(request(running, asked)["reply"])

    with address_in(running) as address:
        for _ in range(5):
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(address)
                line.sendall(b'{"version": 2, "request": "command", "text": "gone"}\n')
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(replies) == sorted(f"Did {number} for mqtt:{number}." for number in range(25))


def test_more_than_there_is_room_for_wait_and_are_all_answered(running: Path) -> None:
    answered: list[bool] = []
    threads = [
        threading.Thread(target=lambda: answered.append(request(running, {"request": "stats"})["ok"]))
        for _ in range(400)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answered == [True] * 400


def test_who_says_nothing_for_long_makes_room(running: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("device.control.connections.MOST", 3)
    monkeypatch.setattr("device.control.connections.IDLE_S", 0.0)
    with contextlib.ExitStack() as silent, address_in(running) as address:
        for _ in range(6):
            silent.enter_context(socket.socket(socket.AF_UNIX)).connect(address)
        assert request(running, {"request": "status"})["ok"]


def test_who_says_no_more_is_answered(running: Path) -> None:
    with address_in(running) as address, socket.socket(socket.AF_UNIX) as line:
        line.connect(address)
        line.settimeout(20)
        line.sendall(b'{"version": 2, "request": "command", "text": "milk"}\n{"request": "command", "text": "bread"}\n')
        line.shutdown(socket.SHUT_WR)
        with line.makefile("rb") as answers:
            assert [json.loads(answer)["reply"] for answer in answers] == [
                "Did milk for console.",
                "Did bread for console.",
            ]


def test_what_gets_no_answer_is_not_done_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The appliance was killed between its commit and its answer: `equerry ask` must not do it a second time."""
    (folder / NAME).unlink()
    with address_in(folder) as address, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()

        def die() -> None:
            connection, _ = listening.accept()
            connection.recv(4096)
            connection.close()

        thread = threading.Thread(target=die)
        thread.start()
        monkeypatch.setenv("EQUERRY_PATHS__DATA", str(folder))
        told = CliRunner().invoke(app, ["ask", "add milk"])
        thread.join(20)
    assert isinstance(told.exception, NoAnswer) and not list(folder.glob("*.db"))


def test_what_is_too_long_is_not_sent(tmp_path: Path) -> None:
    with pytest.raises(RequestTooLong, match="Say it in parts"):
        request(tmp_path, {"request": "command", "text": "x" * LONGEST})


def test_it_is_for_its_owner_alone(running: Path) -> None:
    assert stat.S_IMODE((running / NAME).stat().st_mode) == 0o600


def test_where_nothing_runs(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(NotRunning, match="equerry run"):
            request(folder, {"request": "status"})
    (tmp_path / NAME).touch()
    with pytest.raises(NotRunning):
        request(tmp_path, {"request": "status"})


def test_a_refusal_says_why() -> None:
    with pytest.raises(Declined, match="That's too much"):
        accepted({"ok": False, "code": "jobs.too_many", "text": "That's too much at once."})


def test_the_command_line_asks_the_running_one(running: Path, does: Does, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(running))
    run = CliRunner()
    assert run.invoke(app, ["ask", "call the bank"]).stdout == "Did call the bank for console.\n"
    told = json.loads(run.invoke(app, ["ask", "milk", "--jsonl"]).stdout)
    assert list(told) == ["text", "steps", "confidence", "source", "outcomes", "reply", "awaits"], (
        "as when it does so itself"
    )
    unclear = run.invoke(app, ["ask", "gibberish"])
    assert unclear.stdout.startswith("I didn't understand") and unclear.exit_code == 1
    listed = run.invoke(app, ["jobs", "list"]).stdout.splitlines()
    assert len(listed) == 3 and "completed" in listed[0] and "call the bank" in listed[0]
    assert run.invoke(app, ["jobs", "cancel", "x"]).exit_code == 1
    assert "2 completed" in run.invoke(app, ["jobs", "stats"]).stdout


def test_one_that_is_starting_is_waited_for(folder: Path, does: Does, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds the store a while before it answers."""
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(folder))
    with Store(folder / "equerry.db"), Jobs(Responder(Knows(), does, lambda: NOW), now=lambda: NOW) as jobs:
        monkeypatch.setattr("device.cli.use.ask.STARTING_S", 0.0)
        late = CliRunner().invoke(app, ["ask", "call the bank"])
        assert isinstance(late.exception, Starting) and "it is starting" in str(late.exception)
        monkeypatch.setattr("device.cli.use.ask.STARTING_S", 30.0)
        control = Control(folder)
        control.attend(jobs, dict, lambda _: None)
        thread = threading.Thread(target=control.run)

        def sleep(_: float) -> None:
            if thread.ident is None:
                thread.start()

        monkeypatch.setattr("device.cli.use.ask.time.sleep", sleep)
        try:
            assert CliRunner().invoke(app, ["ask", "call the bank"]).stdout == "Did call the bank for console.\n"
        finally:
            control.stop()
            thread.join(20)

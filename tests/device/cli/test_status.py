"""equerry status, with the real socket: how the appliance is, what is amiss first, and what is told while it does not
run.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from device import __version__
from device.cli import app
from device.commands.responder import Responder
from device.control.client import NAME, NotRunning, address_in, request
from device.control.facts import Facts, broker, lacking
from device.control.server import Control
from device.jobs.jobs import Jobs
from device.pages.status import StatusLine, lines_of
from device.turn import events as on
from device.turn.session import Session
from firmware.readings import Power, Readings, gauges
from services.actions.base import Due, Reply, Response
from services.insight.base import KIND
from services.store.store import Store
from services.sync.base import LinkStatus
from services.understanding.base import Command

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
GIB = 1 << 30


class Board(Readings):
    """A cool one with room."""

    celsius: float | None = 51.4
    room: tuple[int, int] | None = (20 * GIB, 32 * GIB)
    supply: Power | None = Power(under_voltage=False, throttled=False)

    def temperature(self) -> float | None:
        return self.celsius

    def memory(self) -> tuple[int, int] | None:
        return GIB, 4 * GIB

    def disk(self, path: Path) -> tuple[int, int] | None:
        return self.room

    def power(self) -> Power | None:
        return self.supply


class Nothing:
    """Neither understands nor does."""

    def parse(self, text: str, *, now: datetime, focus: str = "", before: Command | None = None) -> Command:
        return Command(text, (), 0.0, "none")

    def run(self, command: Command, **_: object) -> Response:
        return Response(command, (), Reply("I didn't understand that."))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "data"
    path.mkdir()
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(path))
    monkeypatch.setenv("EQUERRY_DEVICE__TIME_ZONE", "UTC")
    monkeypatch.setenv("COLUMNS", "120")
    return path


@contextmanager
def running(folder: Path, facts: Callable[[], dict[str, Any]] = dict) -> Iterator[Jobs]:
    with Jobs(Responder(Nothing(), Nothing(), lambda: NOW), now=lambda: NOW) as jobs:
        control = Control(folder)
        control.attend(jobs, facts, lambda _: None)
        thread = threading.Thread(target=control.run)
        thread.start()
        while True:
            try:
                request(folder, {"request": "status"})
                break
            except NotRunning:
                assert thread.is_alive()
        try:
            yield jobs
        finally:
            control.stop()
            thread.join(20)


def facts_of(session: Session | None = None, board: Board | None = None, **sections: Any) -> Facts:
    there = board or Board()
    sections["machine"] = lambda: asdict(gauges(there, Path("/")))
    told = Facts(NOW - timedelta(hours=2), sections)
    if session:
        told.watch(on.Ready(), session)
    return told


def shown(*words: str) -> Result:
    return CliRunner().invoke(app, ["status", *words])


def lines(facts: Facts, **fields: Any) -> list[StatusLine]:
    return lines_of({"version": "1.0.0", "pid": 7, "running": 0, "queued": 0, **facts(), **fields}, NOW, UTC)


def of(found: list[StatusLine], what: str) -> StatusLine:
    return next(line for line in found if line.what == what)


@pytest.mark.parametrize(("state", "mark"), [("compiling", "look"), ("failed", "amiss"), ("missing", "amiss")])
def test_a_language_model_that_is_not_there_yet_is_told(state: str, mark: str) -> None:
    told = of(lines(facts_of(engine=lambda: {"state": state, "words": "being compiled"})), "language model")
    assert (told.words, told.state) == ("being compiled", mark)


def test_all_is_well(folder: Path) -> None:
    link = LinkStatus(True, NOW - timedelta(minutes=5), "5")
    sources: dict[str, Any] = {
        "broker": lambda: broker(link),
        "sync": lambda: {"backlog": 0, "quarantined": 0, "filled": True, "refused": 0},
        "site": lambda: {"others": ["desk", "hall"], "newest_version": __version__},
    }
    with running(folder, facts_of(Session(phase="idle"), **sources)):
        result = shown()
        told = json.loads(shown("--json").stdout)
    assert result.exit_code == 0
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [
        ["✓", each]
        for each in ("equerry", "microphone", "phase", "jobs", "broker", "in", "site", "temperature", "disk", "memory")
    ]
    assert "2 other devices within reach: desk, hall" in result.stdout and "20" in result.stdout
    assert told["ok"] is True and told["version"] == __version__ and told["started"] == "2026-11-23T07:30:00+00:00"
    assert told["appliance"] == {
        "phase": "idle",
        "turn": 0,
        "muted": False,
        "switched_off": False,
        "button_stuck": False,
        "ringing": None,
        "microphone_fault": None,
        "level_dbfs": None,
    }
    assert told["broker"] == {
        "connected": True,
        "since": "2026-11-23T09:25:00+00:00",
        "version": "5",
        "reason": "",
        "code": "",
    }
    assert (
        told["site"] == {"others": ["desk", "hall"], "newest_version": __version__} and told["sync"]["filled"] is True
    )
    assert told["machine"]["temperature_celsius"] == 51.4 and told["machine"]["under_voltage"] is False


def test_what_is_amiss_comes_first(folder: Path) -> None:
    session = Session(phase="fault", fault="The microphone USB gives no sound. Plug it in again.")
    away = LinkStatus(
        False, NOW - timedelta(seconds=90), "", "The broker 192.0.2.1 can't be reached.", "broker.unreachable"
    )
    sync = {"backlog": 3, "quarantined": 2, "filled": False, "refused": 1}
    board = Board()
    board.room, board.celsius, board.supply = (GIB, 32 * GIB), 82.0, Power(under_voltage=True)
    with running(folder, facts_of(session, board, broker=lambda: broker(away), sync=lambda: sync)):
        result = shown()
    assert result.exit_code == 0, "it runs"
    marks = [line[0] for line in result.stdout.splitlines()]
    assert marks == sorted(marks, key="✗!✓".index) and marks.count("✗") == 4 and marks.count("!") == 4
    for words in (
        r"✗ +microphone +The microphone USB gives no sound\. Plug it in again\.",
        r"✗ +broker +away for .*: The broker 192\.0\.2\.1 can't be reached\.",
        r"✗ +supply +gives too little",
        r"✗ +disk +1\.\d|✗ +disk +1 GB of 34 GB free",
        r"! +clocks +2 documents of a device whose clock is ahead",
        r"! +refused +1 document of others",
        r"! +temperature +82 °C",
        r"! +in step +3 changes wait for the broker; what the others have comes once it is there",
    ):
        assert re.search(words, result.stdout), (words, result.stdout)


@pytest.mark.parametrize(
    ("session", "words", "state"),
    [
        (Session(phase="idle"), "open", "well"),
        (Session(phase="muted", muted=True, silenced=True), "muted; press the talk button to open it", "look"),
        (
            Session(phase="muted", muted=True, switched_off=True),
            "off, by the switch on the device; only that turns it on again",
            "look",
        ),
        (Session(phase="fault", fault="It is gone."), "It is gone.", "amiss"),
    ],
)
def test_the_microphone(session: Session, words: str, state: str) -> None:
    assert of(lines(facts_of(session)), "microphone") == StatusLine("microphone", words, state)  # type: ignore[arg-type] # of the table above


def test_what_is_done_without() -> None:
    without = lacking({"lights": "SPI is off.", "mute switch": "No pins.\x1b"})
    found = lines(facts_of(Session(phase="muted", muted=True, switched_off=True), lacking=lambda: without))
    assert of(found, "lights") == StatusLine("lights", "dark: SPI is off.", "amiss")
    assert of(found, "mute switch").state == "amiss" and "\x1b" not in of(found, "mute switch").words
    assert of(found, "microphone").words.startswith("closed, for the mute switch can't be read"), (
        "it may well be closed"
    )


def test_what_has_no_source_is_left_out() -> None:
    board = Board()
    board.celsius = board.room = board.supply = None
    assert [line.what for line in lines(facts_of(board=board))] == ["equerry", "jobs", "memory"]
    assert set(facts_of(board=board)()) == {"started", "machine"}
    assert [line.what for line in lines_of({"version": "1", "pid": 7, "running": 1, "queued": 2}, NOW, UTC)] == [
        "equerry",
        "jobs",
    ], "an older one"


def test_what_keeps_documents_from_being_in_step() -> None:
    sync = {
        "backlog": 0,
        "filled": True,
        "whole": False,
        "refused": 2,
        "reason": "Its title is missing.",
        "fault": "The disk is full.",
    }
    found = lines(facts_of(broker=lambda: broker(LinkStatus(True, NOW, "5")), sync=lambda: sync))
    assert of(found, "store") == StatusLine("store", "takes in nothing of others: The disk is full.", "amiss")
    assert "max_queued_messages" in of(found, "dropped").words and of(found, "dropped").state == "look"
    assert of(found, "refused").words.endswith("the last: Its title is missing.")


def test_satellites_are_shown_each_with_what_it_lacks() -> None:
    since = (NOW - timedelta(minutes=2)).isoformat()
    told = {
        "kitchen": {"room": "Kitchen", "connected": True, "since": since, "reason": "", "code": ""},
        "attic": {"room": "", "connected": False, "since": since, "reason": "It hung up.", "code": "satellite.gone"},
        "hall": {"room": "", "connected": False, "since": None, "reason": "", "code": ""},
    }
    found = lines(facts_of(satellites=lambda: told))
    assert of(found, "satellite kitchen") == StatusLine("satellite kitchen", "connected for 2 min, Kitchen")
    assert of(found, "satellite attic") == StatusLine("satellite attic", "away for 2 min: It hung up.", "amiss")
    assert of(found, "satellite hall") == StatusLine("satellite hall", "not tried yet", "look")


def test_a_call_that_is_followed_is_shown() -> None:
    told = {"with": "Henderson", "private": True, "segments": 12, "late": 2}
    assert of(lines(facts_of(call=lambda: told)), "call").words == "with Henderson: 12 segments, 2 of them late"
    assert "call" not in {line.what for line in lines(facts_of(call=lambda: None))}


def test_what_is_due_rings_and_a_broker_that_was_not_tried_yet() -> None:
    due = Due("alarm", "1", NOW, "Alarm.", "ring")
    ringing = replace(Session(phase="ringing"), ringing=due)
    found = lines(facts_of(ringing, broker=lambda: broker(LinkStatus(False, None))))
    assert of(found, "phase").words == "ringing, alarm" and of(found, "broker") == StatusLine(
        "broker", "not tried yet", "look"
    )


def test_a_newer_version_and_many_devices() -> None:
    others = sorted(f"d{number}" for number in range(1000))
    found = lines(facts_of(site=lambda: {"others": others, "newest_version": "1.2.0"}))
    assert of(found, "site").words == "1,000 other devices within reach: d0, d1, d10, d100, d101 and 995 more"
    assert of(found, "update") == StatusLine("update", "1.2.0 runs on another device of the site", "look")


def test_what_others_are_called_can_t_write_to_the_terminal(folder: Path) -> None:
    with running(folder, facts_of(site=lambda: {"others": ["\x1b[2J[red]a[/red]"], "newest_version": ""})):
        result = shown()
    assert "\x1b" not in result.stdout and "[red]a[/red]" in result.stdout


def test_where_it_does_not_run(folder: Path) -> None:
    result = shown()
    assert result.exit_code == 1 and re.search(
        r"✗ +equerry +The appliance is not running here\. Start it: equerry run\.", result.stdout
    )
    assert re.search(r"! +store +There is no store at ", result.stdout)
    with Store(folder / "equerry.db") as store:
        store.journal.add(KIND, {"client": "console", "result": "done"}, at=NOW)
    result = shown()
    assert result.exit_code == 1 and "the last command was at 2026-11-23 09:30" in " ".join(result.stdout.split())
    told = json.loads(shown("--json").stdout)
    assert (told["ok"], told["code"], told["store"]["last"]) == (False, "control.not_running", NOW.isoformat())
    assert told["store"]["bytes"] > 0 and shown("--json").exit_code == 1


def test_a_store_that_is_none(folder: Path) -> None:
    (folder / "equerry.db").write_text("nonsense " * 1000)
    assert re.search(r"✗ +store ", shown().stdout)


def test_where_it_hangs_up(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening, address_in(folder) as address:
        listening.bind(address)
        listening.listen()

        def hang_up() -> None:
            listening.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        result = shown()
    assert result.exit_code == 1 and "gave no answer" in result.stdout and (folder / NAME).exists()

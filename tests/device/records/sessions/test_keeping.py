"""Records of sessions in a real store: kept, shown, exported, forgotten."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from device.cli import app
from device.records.sessions.pages import hint, subtitles
from device.records.sessions.record import KIND, SessionRecord, Sound, SpokenLine, fields_of, record_of
from device.records.sessions.writer import SessionKeeping
from device.turn import events as on
from device.turn.machine import Session, step
from device.turn.session import Talk
from device.upkeep.housekeeping import Retention, Upkeep
from services.actions.base import Outcome, Reply, Response
from services.speech.base import Endpoint, Final, Quality
from services.store.errors import DiskFull
from services.store.store import Store
from services.understanding.base import Command, Step
from services.wake.base import Detection
from tests.answering import answering

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
RECORD = SessionRecord(
    "20261123-093000",
    NOW,
    NOW + timedelta(seconds=21.4),
    "words",
    turns=2,
    commands=1,
    done=1,
    barge_ins=1,
    sounds=(Sound(2.0, Quality(-24.0, -58.0, 0.0, 0)), Sound(9.0, Quality(-4.0, -50.0, 0.03, 0))),
    lines=(
        SpokenLine("you", "Add milk.", 0.5, 1.5),
        SpokenLine("equerry", "Added milk.\x1b[31m", 2.0, 2.4),
        SpokenLine("you", "Thank you.", 2.7),
    ),
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path))
    monkeypatch.setenv("EQUERRY_DEVICE__TIME_ZONE", "UTC")
    with Store(tmp_path / "equerry.db") as opened:
        yield opened


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["sessions", *words])


def talk(keeping: SessionKeeping) -> None:
    """A session of one command."""
    session = Session(open_s=8.0)
    command = Command("add milk", (Step("list.add"),), 0.9, "template")
    for event in (
        on.Ready(),
        on.WakeHeard(1, Detection("hey_jarvis", 0.9, 1.0)),
        on.SpeechEnded(1, Endpoint(3.0, "silence", 1.0, 2.3), Quality(-24.0, -58.0, 0.0, 0)),
        on.FinalHeard(1, Final("Add milk.", 0.9, 0.0)),
        on.Replied(1, Response(command, (Outcome("list.add", True, "Added milk."),), Reply("Added milk."))),
        on.Played(1, True),
        on.SpeechEnded(2, Endpoint(8.0, "no_speech")),
    ):
        session, _ = step(session, event)
        keeping.watch(event, session)


def written(keeping: SessionKeeping) -> None:
    """What its thread does until it is stopped."""
    keeping.stop()
    thread = threading.Thread(target=keeping.run)
    thread.start()
    thread.join(5.0)
    assert not thread.is_alive()


@pytest.mark.parametrize(("kept", "words"), [(True, True), (True, False), (False, True)])
def test_it_is_kept_as_far_as_it_is_wanted(store: Store, kept: bool, words: bool) -> None:
    keeping = SessionKeeping(
        partial(store.journal.add_all, KIND), now=lambda: NOW, client="microphone", kept=kept, words=words
    )
    talk(keeping)
    written(keeping)
    records = [record_of(entry.fields) for entry in store.journal.rows(KIND)]
    assert len(records) == kept
    for record in records:
        assert (record.turns, record.state) == (1, "silence")
        assert [line.text for line in record.lines] == (["Add milk.", "Added milk."] if words else [])
    told = keeping.facts()
    assert told and told["turns"] == 1 and told["quality"]["snr"] == 34.0 and "Add milk" not in str(told)


def test_a_disk_that_is_full_for_a_while_loses_none() -> None:
    rows: list[object] = []
    full = [True]

    def keep(new: object) -> None:
        if full[0]:
            raise DiskFull(path="equerry.db")
        rows.extend(new)  # type: ignore[arg-type]

    keeping = SessionKeeping(keep, now=lambda: NOW, client="microphone")
    talk(keeping)
    written(keeping)
    assert not rows
    full[0] = False
    talk(keeping)
    written(keeping)
    assert len(rows) == 2


def test_what_is_old_is_deleted_for_good(store: Store, tmp_path: Path) -> None:
    for days in (1, 6, 8, 30):
        at = NOW - timedelta(days=days)
        store.journal.add(KIND, fields_of(replace(RECORD, id=f"old-{days}")), at=at)
    month = timedelta(days=30)
    for sessions, left in ((timedelta(days=7), ["old-1", "old-6"]), (timedelta(), [])):
        retention = Retention(month, month, month, sessions=sessions)
        Upkeep(store, lambda: NOW, lambda _: None, retention=retention, contents=tmp_path).look()
        assert sorted(entry.fields["id"] for entry in store.journal.rows(KIND)) == left


def test_the_table_one_session_and_its_exports(store: Store) -> None:
    assert run().exit_code == 0 and run("show").exit_code == 1 and "no session is kept" in run("show").output
    other = replace(
        RECORD, id="20261124-101500", began=NOW + timedelta(days=1), ended=NOW + timedelta(days=1, seconds=3), lines=()
    )
    for record in (RECORD, other):
        store.journal.add(KIND, fields_of(record), at=record.ended)
    table = run().stdout.splitlines()
    assert table[0].split("\t") == [
        RECORD.id,
        "2026-11-23 09:30",
        "21 s",
        "2",
        "1",
        "you closed it",
        "clipping: lower the gain",
    ]
    assert len(table) == 2 and len(run("--last", "1").stdout.splitlines()) == 1
    shown = run("show", "20261123").stdout
    assert "09:30:02  equerry  Added milk. [31m" in shown and "\x1b" not in shown, (
        "a terminal obeys nothing that was said"
    )
    assert "interrupted 1" in shown and "-4 dBFS, 46 dB over the room, 3.0% clipped (clipping: lower the gain)" in shown
    assert "What was said is not kept." in run("show").stdout
    ambiguous = run("show", "2026")
    assert ambiguous.exit_code == 1 and "20261123-093000, 20261124-101500" in ambiguous.output
    assert run("show", "1999").exit_code == 1
    assert json.loads(run("export", "20261123", "--format", "json").stdout)["lines"][0] == {
        "who": "you",
        "text": "Add milk.",
        "at": 0.5,
        "until": 1.5,
    }
    assert run("export", "20261123").stdout.splitlines()[0] == "09:30:00  you      Add milk."
    assert run("export", "20261123", "--format", "srt").stdout.splitlines() == list(subtitles(RECORD))
    assert json.loads(run("--jsonl").stdout.splitlines()[1])["id"] == other.id
    assert run("export", "last", "--format", "pdf").exit_code == 2


def test_one_that_goes_on_is_the_last_of_the_table(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.journal.add(KIND, fields_of(RECORD), at=RECORD.ended)
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path))
    keeping = SessionKeeping(lambda _: None, now=lambda: NOW, client="microphone")
    with answering(tmp_path) as one:
        one.control.attend(one.jobs, lambda: {"session": keeping.facts()}, one.put.append)
        assert len(run().stdout.splitlines()) == 1
        keeping.watch(
            on.WakeHeard(1, Detection("hey_jarvis", 0.9, 1.0)), Session(phase="listening", turn=1, talk=Talk())
        )
        quality = Quality(-24.0, -60.0, 0.0, 0)
        ended = on.SpeechEnded(1, Endpoint(3.0, "silence", 1.0, 2.3), quality)
        keeping.watch(ended, Session(phase="thinking", turn=1, talk=Talk()))
        rows = [line.split("\t") for line in run().stdout.splitlines()]
        assert [row[5] for row in rows] == ["you closed it", "goes on"] and rows[1][3] == "1"
        assert json.loads(run("--jsonl").stdout.splitlines()[1])["state"] == "open"
        assert RECORD.id in run("export", "last", "--format", "json").stdout, "what was said is kept when it is over"
    assert len(run().stdout.splitlines()) == 1


def test_subtitles_are_read_one_after_the_other() -> None:
    assert list(subtitles(RECORD)) == [
        *("1", "00:00:00,500 --> 00:00:01,500", "you: Add milk.", ""),
        *("2", "00:00:02,000 --> 00:00:02,700", "equerry: Added milk. [31m", ""),
        *("3", "00:00:02,700 --> 00:00:05,200", "you: Thank you.", ""),
    ]
    assert next(iter(subtitles(replace(RECORD, lines=(SpokenLine("you", "Late.", 3661.25),))))) == "1"
    assert (
        list(subtitles(replace(RECORD, lines=(SpokenLine("you", "Late.", 3661.25),))))[1]
        == "01:01:01,250 --> 01:01:03,750"
    )


@pytest.mark.parametrize(
    ("quality", "advice"),
    [
        (Quality(-24.0, -58.0, 0.0, 0), ""),
        (Quality(-4.0, -50.0, 0.03, 2), "clipping: lower the gain"),
        (Quality(-24.0, -58.0, 0.0, 2), "2 gaps in the sound: the processor is too busy, or the cable loose"),
        (Quality(-52.0, -80.0, 0.0, 0), "faint: raise the gain, or come closer"),
        (Quality(-24.0, -30.0, 0.0, 0), "noisy: come closer, or move it away from what is loud"),
        (Quality(None, None, 0.0, 0), ""),
    ],
)
def test_what_could_be_done_about_it(quality: Quality, advice: str) -> None:
    assert hint(quality) == advice

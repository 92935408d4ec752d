"""equerry search: a readable table or JSON lines, also while another process holds the store."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from device.cli import app
from services.store.base import Channel, Message, Note, StoreDamaged, Task
from services.store.store import Store

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path))
    monkeypatch.setenv("EQUERRY_DEVICE__TIME_ZONE", "Europe/Berlin")
    return tmp_path / "equerry.db"


def search(*words: str) -> Result:
    return CliRunner().invoke(app, ["search", *words])


def fill(store: Store) -> None:
    with store.transaction("fill", now=NOW) as tx:
        tx.add(Task(title="Call Henderson"))
        channel = tx.add(Channel(name="sales"))
        tx.add(Message(content="Henderson paid", channel_id=channel.id))
        tx.add(Note(content="nothing of note"))


def test_while_the_store_is_held(path: Path) -> None:
    with Store(path) as store:
        fill(store)
        result = search("hendersen")
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines == ["task 2026-11-23 09:30 Call Henderson", "message 2026-11-23 09:30 Henderson paid (sales)"]


def test_json_lines_of_one_kind_from_a_store_that_nobody_holds(path: Path) -> None:
    with Store(path) as store:
        fill(store)
    result = search("henderson", "--kind", "message", "--jsonl", "--limit", "1")
    (hit,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert {
        "kind": "message",
        "snippet": "Henderson paid",
        "where": "sales",
        "at": "2026-11-23T09:30:00+01:00",
    }.items() <= hit.items()
    assert sorted(path.parent.glob("equerry.db*")) == [
        path,
        path.with_name("equerry.db.lock"),
    ]  # nothing laid beside it


def test_nothing_found_no_store_and_no_such_kind(path: Path) -> None:
    assert "no store" in str(search("anything").exception)
    with Store(path) as store:
        fill(store)
    nothing = search("zeppelin")
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    unknown = search("x", "--kind", "wardrobe")
    assert unknown.exit_code == 2
    assert "'wardrobe'" in unknown.stderr and "note" in unknown.stderr


def test_a_store_that_is_none_is_not_called_whole(path: Path) -> None:
    with Store(path) as store:
        fill(store)
    path.write_bytes(b"x" * path.stat().st_size)
    told = search("henderson").exception
    assert isinstance(told, StoreDamaged) and "restores the newest good backup" in str(told)


def test_a_terminal_obeys_nothing_that_the_store_holds(path: Path) -> None:
    with Store(path) as store, store.transaction("fill", now=NOW) as tx:
        tx.add(Task(title="call \x1b[2J\u202eHenderson\x07"))
    (line,) = search("henderson").stdout.splitlines()
    assert line.isprintable() and "Henderson" in line

"""equerry insight: a page, records, HTML; of a store that is held, of none, of an empty one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from device.cli import app
from services.insight.base import KIND, TurnEntry
from services.insight.entries import fields_of
from services.store.backups.base import NoStore
from services.store.store import Store


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path))
    monkeypatch.setenv("EQUERRY_DEVICE__TIME_ZONE", "UTC")
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(app, ["insight", *args])


def fill(store: Store) -> None:
    now = datetime.now(UTC)
    added = ("list.add",)
    stages = {"acted": 0.01}
    done = TurnEntry(
        now, "microphone", "done", "template", "add [bold]milk[/bold]", 0.9, 0.9, added, stages=stages, total=3.0
    )
    before = now - timedelta(days=30)
    old = TurnEntry(before, "console", "failed", "template", "x", None, 0.9, added, code="list.unknown", total=0.1)
    unclear = TurnEntry(now, "microphone", "unclear", text="<script>alert(1)</script>", heard=0.3, total=1.0)
    store.journal.add_all(KIND, [(each.at, fields_of(each)) for each in (old, done, unclear)])


def test_a_page_while_the_store_is_held(data: Path) -> None:
    with Store(data / "equerry.db") as store:
        fill(store)
        result = run()
        assert result.exit_code == 0, result.output
        for words in ("50 %", "1 of 2", "list.add", "3.00 s", "“add [bold]milk[/bold]”", "<script>alert(1)</script>"):
            assert words in result.stdout
        assert "list.unknown" not in result.stdout and "list.unknown" in run("--since", "all").stdout


def test_records_one_a_line(data: Path) -> None:
    with Store(data / "equerry.db") as store:
        fill(store)
    rows = [json.loads(line) for line in run("--jsonl", "--since", "8w").stdout.splitlines()]
    assert [row["result"] for row in rows] == ["failed", "done", "unclear"]
    assert rows[1]["stages"] == {"acted": 0.01} and datetime.fromisoformat(rows[1]["at"]).tzinfo is not None
    assert len(run("--jsonl", "--since", "24h").stdout.splitlines()) == 2
    assert sorted(path.name for path in data.glob("equerry.db*")) == ["equerry.db", "equerry.db.lock"], (
        "nothing is left behind"
    )


def test_a_page_with_charts(data: Path, tmp_path: Path) -> None:
    with Store(data / "equerry.db") as store:
        fill(store)
    page = tmp_path / "usage.html"
    assert run("--html", str(page), "--since", "all").exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 2 and "<script" not in text and "&lt;script&gt;" in text
    assert run("--html", str(tmp_path / "nowhere" / "x.html")).exit_code == 2


def test_nothing_to_tell(data: Path) -> None:
    with pytest.raises(NoStore):
        CliRunner().invoke(app, ["insight"], catch_exceptions=False)
    with Store(data / "equerry.db"):
        pass
    result = run()
    assert result.exit_code == 0 and "nothing was asked" in result.stdout
    assert run("--html", str(data / "x.html")).exit_code == 1 and not (data / "x.html").exists()


@pytest.mark.parametrize("since", ["soon", "7 days", "99999999999999d", "7y", "2026-13-01"])
def test_no_time(data: Path, since: str) -> None:
    result = run("--since", since)
    assert result.exit_code == 2 and "--since" in result.stderr


@pytest.mark.parametrize("since", ["99999w", "0001-01-01", "9999-12-31T23:59:59+00:00"])
def test_times_at_the_edge(data: Path, since: str) -> None:
    with Store(data / "equerry.db"):
        pass
    assert run("--since", since).exit_code in (0, 2)

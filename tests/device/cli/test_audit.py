"""equerry ask --client, equerry audit, equerry audit verify."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from device.cli import app
from services.insight.audit import Audit, anchor_of
from services.store.base import StoreTooOld
from services.store.sqlite.migrations import MIGRATIONS, migrate
from services.store.store import Store

runner = CliRunner()
NOW = datetime(2026, 12, 2, 10, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    config = tmp_path / "equerry.toml"
    config.write_text("[language_model]\nenabled = false\n", encoding="utf-8")
    (tmp_path / "roles.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("EQUERRY_CONFIG", str(config))
    monkeypatch.setenv("EQUERRY_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(tmp_path / "data"))
    return tmp_path


def equerry(*args: str) -> Result:
    return runner.invoke(app, args, catch_exceptions=False)


def kept(home: Path, count: int) -> Path:
    """A store with so many refusals."""
    with Store(home / "data" / "equerry.db") as store:
        audit = Audit(store.journal, anchor_of(store.path))
        for _ in range(count):
            audit.record(
                "refused", at=NOW, client="somebody", role="guest", code="policy.role", steps=["task.delete(title)"]
            )
    return home / "data" / "equerry.db"


def test_a_refusal_is_said_recorded_and_shown(home: Path) -> None:
    refused = equerry("ask", "delete the task buy milk", "--client", "mqtt:home")
    assert refused.exit_code == 1 and refused.output == "Automations can't delete tasks. Ask the owner or a member.\n"
    shown = equerry("audit")
    assert "mqtt:home (automation)  policy.role  task.delete(title)" in shown.output and "milk" not in shown.output
    first, second = (json.loads(line) for line in equerry("audit", "--jsonl").output.splitlines())
    assert (first["what"], second["what"], second["client"]) == ("roles", "refused", "mqtt:home")


def test_since_when(home: Path) -> None:
    kept(home, 2)
    assert len(equerry("audit", "--since", "2026-12-01").output.splitlines()) == 2
    assert equerry("audit", "--since", "2026-12-03").output == ""
    assert equerry("audit", "--since", "noon").exit_code == 2


def test_a_whole_log_verifies(home: Path) -> None:
    kept(home, 3)
    whole = equerry("audit", "verify")
    assert whole.exit_code == 0 and whole.output.startswith("3 entries, as they were written. Last hash: ")
    assert equerry("audit", "verify", "--noted", whole.output.split()[-1]).exit_code == 0
    assert equerry("audit", "verify", "--noted", "f" * 64).exit_code == 1


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "UPDATE journal SET body = replace(body, 'guest', 'owner') WHERE seq = 2",
            "entry 2 (2026-12-02T10:00:00+00:00) of 3: It is not what",
        ),
        ("DELETE FROM journal WHERE seq = 3", "entry 3 of 2: 1 of 3 entries are missing at the end."),
    ],
)
def test_the_first_broken_entry_is_named(home: Path, sql: str, said: str) -> None:
    connection = sqlite3.connect(kept(home, 3))
    connection.execute(sql)
    connection.commit()
    connection.close()
    broken = equerry("audit", "verify")
    assert broken.exit_code == 1 and said in broken.output


def test_without_a_store_there_is_nothing_to_show(home: Path) -> None:
    for command in (("audit",), ("audit", "verify")):
        with pytest.raises(Exception, match="no store"):
            equerry(*command)


def test_a_store_that_was_restored_says_so(home: Path) -> None:
    kept(home, 2)
    assert equerry("backup").exit_code == 0
    kept(home, 3)
    assert equerry("restore", "--yes").exit_code == 0
    found = equerry("audit", "verify")
    assert found.exit_code == 0, found.output
    assert (
        "Entry 3: the anchor knew 5 entries when this one was written after 2: another store was put in place of this"
        " one." in found.output
    )
    assert "3 entries, as they were written." in found.output


def test_a_store_of_an_older_equerry_is_not_called_damaged(home: Path) -> None:
    data = home / "data"
    data.mkdir()
    with sqlite3.connect(data / "equerry.db", isolation_level=None) as connection:
        migrate(connection, "2026-11-21T10:00:00+00:00", MIGRATIONS[:1])
    connection.close()
    for command in (["audit"], ["audit", "verify"], ["insight"]):
        assert isinstance(runner.invoke(app, command).exception, StoreTooOld)

"""The journal: what happened, in order, until it is purged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.store.store import Store

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_entries_come_back_in_order_by_kind_and_time(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        numbers = [store.journal.add("turn", {"text": f"turn {i}"}, at=NOW + timedelta(hours=i)) for i in range(4)]
        store.journal.add("audit", {"what": "refused"}, at=NOW)
        assert numbers == sorted(set(numbers))
        texts = [
            entry.fields["text"]
            for entry in store.journal.rows("turn", since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=3))
        ]
        assert texts == ["turn 1", "turn 2"]
        assert [entry.fields["text"] for entry in store.journal.rows("turn", newest_first=True, limit=1)] == ["turn 3"]
        assert store.journal.rows("turn")[0].at == NOW
        assert [entry.fields for entry in store.journal.rows("audit")] == [{"what": "refused"}]


def test_it_survives_closing_and_its_numbers_are_never_given_twice(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        last = store.journal.add_all("turn", [(NOW, {"n": 1}), (NOW, {"n": 2})])
        assert store.journal.purge("turn", before=NOW + timedelta(seconds=1)) == 2
    with Store(tmp_path / "s.db") as store:
        assert store.journal.rows("turn") == []
        assert store.journal.add("turn", {"n": 3}, at=NOW) > last


def test_all_of_several_or_none(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        with pytest.raises(TypeError):
            store.journal.add_all("turn", [(NOW, {"n": 1}), (NOW, {"n": object()})])
        assert store.journal.rows("turn") == []
        assert store.journal.add_all("turn", []) == 0


def test_what_is_purged_is_gone_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with Store(path) as store:
        store.journal.add("turn", {"text": "the secret of the vault"}, at=NOW)
        store.journal.purge("turn", before=NOW + timedelta(days=1))
    assert not any(b"secret of the vault" in each.read_bytes() for each in tmp_path.iterdir())

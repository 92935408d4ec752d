"""A store with something in it, in the test's own folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.store.base import Task
from services.store.store import Store

NOW = datetime(2026, 11, 23, 14, 35, tzinfo=UTC)


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW - timedelta(hours=2)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "equerry.db"


def add(store: Store, *titles: str) -> list[Task]:
    with store.transaction(f"created {len(titles)} tasks") as tx:
        return [tx.add(Task(title=title)) for title in titles]


def titles(store: Store) -> list[str]:
    return [task.title for task in store.find(Task)]

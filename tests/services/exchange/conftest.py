"""Real stores, and what goes into them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.exchange.base import ImportResult, Read
from services.exchange.importer import import_, read
from services.store.store import Store

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "equerry.db", clock=lambda: NOW.astimezone(UTC)) as opened:
        yield opened


def no_words(_: str) -> tuple[datetime, bool] | None:
    """Knows no times in words."""
    return None


def understood(path: Path, text: str | bytes, *, kind: str = "") -> Read:
    """A file of this text, read."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, kind=kind, zone=BERLIN, find_time=no_words)


def taken(store: Store, path: Path, text: str | bytes, *, kind: str = "") -> ImportResult:
    """A file of this text, taken in."""
    return import_(store, understood(path, text, kind=kind), path, client="console")

"""A real store in the test's own folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.store.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "equerry.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(path) as opened:
        yield opened

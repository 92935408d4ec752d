"""An office under the shipped roles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.actions.policy.roles import Roles
from services.store.store import Store
from tests.services.actions.policy.office import Office, shipped


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Store(tmp_path / "equerry.db") as store:
        yield Office(store, Roles.model_validate(shipped()))

"""What all tests share: where the models are, and brokers; and which files need not be imported."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.broker import Broker

settings.register_profile("shared machine", deadline=None)  # what else the machine does says nothing of the code
settings.load_profile("shared machine")

ENGINES = re.compile(r"mark\.(engine|sound)\b")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where only tests on real engines or the sound card are wanted, the nine files of ten that have none are not even
    imported.
    """
    if not re.match(r"\(?(engine|sound)\b", config.option.markexpr) or collection_path.suffix != ".py":
        return None
    return True if not ENGINES.search(collection_path.read_text(encoding="utf-8")) else None


@pytest.fixture(scope="session")
def model_folder() -> Callable[[str], Path]:
    """Folder of an installed model, by its id in config/models.toml."""

    def folder(model: str) -> Path:
        home = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")
        path = home / model
        assert path.is_dir(), f"model {model} is not installed; ./scripts/test installs it"
        return path

    return folder


@pytest.fixture
def brokers(tmp_path: Path) -> Iterator[Callable[..., Broker]]:
    """Starts a Mosquitto with the options of tests/broker.py's Broker; as many as wanted, all ended with the test."""
    with ExitStack() as stack:
        count = itertools.count()

        def make(**options: Any) -> Broker:
            return stack.enter_context(Broker(tmp_path / f"broker-{next(count)}", **options))

        yield make


@pytest.fixture
def broker(brokers: Callable[..., Broker]) -> Broker:
    """A Mosquitto that anybody may use and that keeps nothing over a restart."""
    return brokers()

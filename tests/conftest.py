"""What all tests share: where the models are."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def model_folder() -> Callable[[str], Path]:
    """Folder of an installed model, by its id in config/models.toml."""

    def folder(model: str) -> Path:
        home = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")
        path = home / model
        assert path.is_dir(), f"model {model} is not installed; ./scripts/test installs it"
        return path

    return folder

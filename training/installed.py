"""The models that the appliance has installed, for what teaches and measures. Needs no PyTorch."""

from __future__ import annotations

import os
from pathlib import Path

MODELS = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")


def gguf_of(model: str) -> Path:
    """The GGUF of a model by its id. Raises FileNotFoundError."""
    path = next(iter(sorted((MODELS / model).glob("*.gguf"))), None)
    if path is None:
        raise FileNotFoundError(f"{model} is not in {MODELS}: scripts/setup downloads it")
    return path

"""What nobody here understands, for Home Assistant's own conversation, where one is connected and wanted."""

from __future__ import annotations

from services.understanding.base import Command, Step
from services.understanding.stages.base import Understanding

_LONGEST = 300
_FEW = 2
"""Fewer words are no sentence, and hardly a question."""
_SURE = 0.9


def asked_of_home(said: Understanding) -> Understanding | None:
    """The whole text. It counts as the model's, so nothing that an open ear only overhears is asked."""
    text = said.text.strip()
    if (
        said.told
        or said.late
        or not said.directory.home_talks()
        or not len(text.split()) >= _FEW
        or len(text) > _LONGEST
    ):
        return None
    return said.found(Command(text, (Step("home.converse", {"text": text}),), _SURE, "model"))

"""What a wake word does, where it does not open the ear: "stop_it: stop", "good_night: run the good night routine"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LISTEN, STOP = "listen", "stop"
_FORM = re.compile(r"(?P<word>[a-z0-9_]{1,60}) ?: ?(?P<says>\S.{0,198}\S)")


@dataclass(frozen=True, slots=True)
class WordAction:
    """One word and what it stands for."""

    word: str
    says: str
    """A command as one would say it; `listen`: the ear opens; `stop`: speech and ringing end."""


def action_of(told: str) -> WordAction:
    """From the words of the settings. Raises ValueError with a sentence's end."""
    found = _FORM.fullmatch(" ".join(told.split()))
    if found is None:
        raise ValueError(
            f"has {told!r}, which is not like “stop_it: stop”, “hey_matilda: listen” or “good_night: run the good"
            " night routine”"
        )
    says = found["says"]
    return WordAction(found["word"], says.casefold() if says.casefold() in (LISTEN, STOP) else says)


def word_actions(told: list[str]) -> list[str]:
    """Checks all of them. Raises ValueError with a sentence's end."""
    words = [action_of(each).word for each in told]
    if twice := next((word for word in words if words.count(word) > 1), ""):
        raise ValueError(f"has the word {twice} twice")
    return told


def signals(told: Sequence[str]) -> dict[str, str]:
    """Words that do not open the ear, each with what it stands for; empty: silence."""
    every = [action_of(each) for each in told]
    return {each.word: "" if each.says == STOP else each.says for each in every if each.says != LISTEN}

"""A talk around one microphone: whose words they are, by voice."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from firmware.frame import Samples
from services.calls.base import Side
from services.voiceprints.base import Recogniser

_LIKELY = 0.5
"""Probability from which words are the owner's. Less than a command wants: to take the owner for somebody else is as
wrong as the other way round.
"""


class TableVoices:
    """Parts what one microphone hears (device.calls.live.words.Whose). Thread-safe."""

    def __init__(self, recogniser: Recogniser, is_owner: Callable[[str], bool], names: Mapping[Side, str]) -> None:
        """`is_owner`: of somebody who is enrolled. `names`: of both sides, for whoever is not known by voice."""
        self._recogniser, self._is_owner, self._names = recogniser, is_owner, names

    def __call__(self, side: Side, samples: Samples) -> tuple[Side, str]:
        """The owner's side where it is their voice, else the other one; with the name of whoever is known. Where nobody
        is enrolled, or too little was said to tell, it is the side that was heard.
        """
        who = self._recogniser.who(samples)
        if who is None or not who.likely:
            return side, self._names[side]
        if dict(who.likely).get(self._owner(), 0.0) >= _LIKELY:
            return "owner", self._names["owner"]
        return "other", who.name or self._names["other"]

    def _owner(self) -> str:
        """Who of those enrolled: the first who has the owner's role, else the first."""
        people = self._recogniser.names()
        return next((name for name in people if self._is_owner(name)), next(iter(people), ""))
